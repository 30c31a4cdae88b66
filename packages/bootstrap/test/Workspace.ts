import fs from "node:fs"
import path from "node:path"
import { Paths } from "../src/Paths.mjs"

/** One file of the workspace, as the layout rules look at it. */
export interface SourceFile {
  /** Path from the root of the repository. */
  readonly file: string
  readonly package: string
  /** Path inside the package, such as `src/Decider.ts`. */
  readonly local: string
  readonly lines: ReadonlyArray<string>
}

/** A name taken from another module, and where. */
export interface Import {
  readonly source: SourceFile
  readonly line: number
  readonly specifier: string
}

/** What a package's `package.json` says about others. */
export interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const packagesFolder = path.join(Paths.root, "packages")
const notOurs = new Set(["node_modules", "dist", "coverage", "fixtures", "golden"])

/** Every folder under `packages`, except what is installed, built or recorded. */
export const folders = (folder: string = packagesFolder): ReadonlyArray<string> =>
  fs.readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notOurs.has(entry.name))
    .flatMap((entry) => [path.join(folder, entry.name), ...folders(path.join(folder, entry.name))])

/** The names of the packages' folders. */
export const packages = fs.readdirSync(packagesFolder).filter((name) =>
  fs.existsSync(path.join(packagesFolder, name, "package.json"))
)

/** Every TypeScript and JavaScript file of every package. */
export const sources: ReadonlyArray<SourceFile> = folders()
  .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
  .filter((file) => /\.(ts|mts|mjs|js)$/.test(file))
  .map((file) => {
    const [name = "", ...rest] = path.relative(packagesFolder, file).split(path.sep)
    return {
      file: path.relative(Paths.root, file),
      package: name,
      local: rest.join("/"),
      lines: fs.readFileSync(file, "utf8").split("\n")
    }
  })

/** Files of the named kind of folder: `src` or `test`. */
export const within = (folder: string): ReadonlyArray<SourceFile> =>
  sources.filter(({ local }) => local.startsWith(`${folder}/`))

const json = (...segments: ReadonlyArray<string>) =>
  JSON.parse(fs.readFileSync(path.join(Paths.root, ...segments), "utf8"))

/** A package's manifest; without a name, the root's. */
export const manifest = (name?: string): Manifest =>
  name === undefined ? json("package.json") : json("packages", name, "package.json")

/** The packages that a package's `tsconfig.json` refers to. */
export const references = (name: string): ReadonlyArray<string> => {
  const config: { readonly references?: ReadonlyArray<{ readonly path: string }> } = json(
    "packages",
    name,
    "tsconfig.json"
  )
  return (config.references ?? []).map((reference) => path.basename(reference.path)).toSorted()
}

/** The places where a pattern stands, as `file:line: text`. */
export const occurrences = (
  files: ReadonlyArray<SourceFile>,
  pattern: RegExp,
  isAllowed: (source: SourceFile, index: number) => boolean = () => false
): ReadonlyArray<string> =>
  files.flatMap((source) =>
    source.lines.flatMap((line, index) =>
      pattern.test(line) && !isAllowed(source, index) ? [`${source.file}:${index + 1}: ${line.trim()}`] : []
    )
  )

const statement =
  /(?:^|\n)[ \t]*(?:import|export)\b(?:[^"'`;=]*?\bfrom)?\s*["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']/g

/** Everything a file imports or re-exports, types and dynamic imports included. */
export const imports = (source: SourceFile): ReadonlyArray<Import> => {
  const text = source.lines.join("\n")
  return [...text.matchAll(statement)].map((match) => ({
    source,
    line: text.slice(0, match.index + match[0].length).split("\n").length,
    specifier: match[1] ?? match[2] ?? ""
  }))
}

/** The files of each circle of relative imports among these, on a line. */
export const circles = (all: ReadonlyArray<SourceFile>): ReadonlyArray<string> => {
  const imported = new Map(all.map((source) => [
    source.local,
    imports(source).filter(({ specifier }) => specifier.startsWith(".")).map(({ specifier }) =>
      path.posix.join(path.posix.dirname(source.local), specifier)
    )
  ]))
  const reachable = (from: string) => {
    const seen = new Set<string>()
    const visit = (file: string): void =>
      imported.get(file)?.forEach((next) => {
        if (seen.has(next)) return
        seen.add(next)
        visit(next)
      })
    visit(from)
    return seen
  }
  const reached = new Map(all.map(({ local }) => [local, reachable(local)]))
  return [
    ...new Set(
      all.filter(({ local }) => reached.get(local)?.has(local)).map(({ local, package: name }) => {
        const circle = all.filter((other) =>
          reached.get(local)?.has(other.local) && reached.get(other.local)?.has(local)
        )
        return `packages/${name}: ${circle.map((other) => other.local).join(", ")}`
      })
    )
  ]
}

/** The package a specifier names: `effect/Schema` is of `effect`; `undefined` for relative ones and Node's own. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/")
}

/** A declaration that other files can import. */
export interface Export {
  readonly name: string
  readonly line: number
  readonly isDocumented: boolean
}

const declaration =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|class|interface|type|function\*?|enum|namespace)\s+(\w+)/

/** What a file exports by declaration, by list (`export { a }`) and as a namespace (`export * as a`). */
export const exportsOf = ({ lines }: SourceFile): ReadonlyArray<Export> =>
  lines.flatMap((line, index) => {
    const name = declaration.exec(line)?.[1] ?? /^export \* as (\w+)/.exec(line)?.[1]
    if (name !== undefined) return [{ name, line: index + 1, isDocumented: endsDoc(lines, index) }]
    const list = /^export \{([^}]*)\}\s*(?:from|$)?/.exec(line)?.[1]
    if (list === undefined) return []
    return list.split(",").map((item) => item.trim().split(/\s+as\s+/).at(-1) ?? "").filter((item) => item !== "").map(
      (item) => {
        const at = lines.findIndex((other) =>
          new RegExp(`^(?:const|class|function\\*?|interface|type) ${item}\\b`).test(other)
        )
        return { name: item, line: index + 1, isDocumented: at === -1 || endsDoc(lines, at) }
      }
    )
  })

const endsDoc = (lines: ReadonlyArray<string>, index: number): boolean => {
  const above = lines[index - 1]?.trim() ?? ""
  return above.endsWith("*/") &&
    (above.startsWith("/**") || lines.slice(0, index).findLast((line) => line.includes("/*"))?.includes("/**") === true)
}
