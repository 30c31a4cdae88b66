import fs from "node:fs"
import path from "node:path"
import { Paths } from "../src/Paths.mjs"
import type { ResolveImport, RuledSource } from "./layoutRules.ts"
import { type Import, parseSource } from "./parseSource.ts"

/** One file of the workspace, as the layout rules look at it. */
export interface SourceFile extends RuledSource {
  readonly package: string
  /** Path inside the package, such as `src/Decider.ts`. */
  readonly local: string
  readonly lines: ReadonlyArray<string>
}

/** What a package's `package.json` says about others. */
export interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | null>>
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
    const fromRoot = path.relative(Paths.root, file).replaceAll(path.sep, "/")
    const text = fs.readFileSync(file, "utf8")
    const lines = text.split("\n")
    return {
      ...parseSource(fromRoot, text),
      file: fromRoot,
      package: name,
      local: rest.join("/"),
      lines,
      lineCount: lines.at(-1) === "" ? lines.length - 1 : lines.length
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

/** Everything that files import or re-export. */
export const importsOf = (
  files: ReadonlyArray<SourceFile>
): ReadonlyArray<Import & { readonly source: SourceFile }> =>
  files.flatMap((source) => source.imports.map((each) => ({ ...each, source })))

/** The package a specifier names: `effect/Schema` is of `effect`; `undefined` for relative ones and Node's own. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/")
}

/** The file that each of our packages gives for what is imported from it. */
const exportsOfPackages = new Map(packages.map((name) => {
  const { exports = {}, name: scoped = "" } = manifest(name)
  return [scoped, Object.entries(exports).map(([key, target]) => ({ name, key, target }))]
}))

/** Finds the file of a relative import, and of one from another of our packages. */
export const resolveImport: ResolveImport = (specifier, from) => {
  if (specifier.startsWith(".")) return path.posix.join(path.posix.dirname(from), specifier)
  const target = packageOf(specifier) ?? ""
  const wanted = `.${specifier.slice(target.length)}`
  // Node takes an entry without a star first, then the one with the longest text before it.
  const entries = exportsOfPackages.get(target)?.toSorted((left, right) => right.key.length - left.key.length)
  for (const { key, name, target } of entries ?? []) {
    const [before = "", after] = key.split("*")
    const fits = after === undefined ? wanted === key : wanted.startsWith(before)
    if (fits && target !== null) {
      return path.posix.join("packages", name, target.replace("*", wanted.slice(before.length)))
    }
  }
  return entries === undefined ? undefined : specifier
}
