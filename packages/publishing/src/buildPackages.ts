import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { type PublishablePackage, root } from "./PublishablePackage.ts"
import { runTool } from "./runTool.ts"

/** Imports of other files in declarations: the compiler leaves them as they are in the sources. */
const declaredImport = /((?:\bfrom|\bimport\()\s*"\.{1,2}\/[^"\n]+)\.ts"/g

/** The text of a compiled file as it stands in `dist`, beside which `src` is. */
const asPublished = (file: string, text: string): string => {
  if (file.endsWith(".d.ts")) return text.replaceAll(declaredImport, "$1.js\"")
  if (!file.endsWith(".map")) return text
  const source = file.replace(/(\.d\.ts|\.js)\.map$/, ".ts")
  return JSON.stringify({
    ...JSON.parse(text),
    sources: [posix.join(posix.relative(dirname(`dist/${file}`), "src"), source)]
  })
}

/** Puts what was compiled in the place of the former `dist`. */
const placeDist = (compiled: string, dist: string, work: string) => {
  const fresh = join(work, "dist")
  const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const entry of files) {
    const from = join(entry.parentPath, entry.name)
    const file = from.slice(compiled.length + 1)
    mkdirSync(dirname(join(fresh, file)), { recursive: true })
    writeFileSync(join(fresh, file), asPublished(file, readFileSync(from, "utf8")))
  }
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
}

/**
 * Compiles packages into their `dist` folders: JavaScript, declarations, and maps to the sources. Nothing of an earlier
 * build is left there. Rejects with `PublishingFailed` when a package does not compile, and changes nothing then.
 */
export const buildPackages = async (
  packages: ReadonlyArray<PublishablePackage>,
  signal?: AbortSignal
): Promise<void> => {
  const build = join(root, ".build")
  mkdirSync(build, { recursive: true })
  const work = mkdtempSync(join(build, "compiling-"))
  try {
    writeFileSync(
      join(work, "tsconfig.json"),
      JSON.stringify({
        extends: join(import.meta.dirname, "../tsconfig.published.json"),
        compilerOptions: { outDir: "compiled" },
        include: packages.map(({ path }) => join(path, "src"))
      })
    )
    await runTool(join(root, "node_modules/.bin/tsc"), ["-p", work, "--pretty", "false", "--checkers", "2"], {
      purpose: "compiling the packages",
      cwd: root,
      signal
    })
    for (const { folder, path } of packages) {
      const compiled = join(work, "compiled", folder, "src")
      placeDist(compiled, join(path, "dist"), work)
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
