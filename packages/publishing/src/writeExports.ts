import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { importedSubpaths } from "./importedSubpaths.ts"
import type { PublishablePackage } from "./PublishablePackage.ts"
import { PublishingFailed } from "./PublishingFailed.ts"

/** The whole package first, then its parts, then what is for tests, the manifest last. */
const rank = (subpath: string): number =>
  subpath === "."
    ? 0
    : 2 + ["./testing/", "./test/", "./package.json"].findIndex((prefix) => subpath.startsWith(prefix))

/**
 * What `exports` of a package has to be: an entry for each subpath that other packages import, and the entries of before
 * whose files are still there. Patterns go.
 */
export const exportsFor = (
  { manifest, path }: PublishablePackage,
  imported: ReadonlySet<string>
): Readonly<Record<string, string>> => {
  const kept = Object.entries(manifest.exports ?? {}).filter((entry): entry is [string, string] =>
    typeof entry[1] === "string" && !entry[1].includes("*") && existsSync(join(path, entry[1]))
  )
  const added = [...imported].flatMap((subpath) => {
    const target = subpath === "." ? "./src/index.ts" : `./src/${subpath.slice(2)}.ts`
    return existsSync(join(path, target)) ? [[subpath, target] as const] : []
  })
  const all = new Map<string, string>([...added, ...kept, ["./package.json", "./package.json"]])
  return Object.fromEntries([...all].toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)))
}

/** The list as it stands in a manifest, on lines of its own or all on one. */
const list = /^ {2}"exports": \{(?:[^{}\n]*\}|\n[^]*?^ {2}\})/m

/** Writes the list of exports of a manifest anew, as {@link exportsFor} makes it. Answers whether it is another one now. */
export const writeExports = (item: PublishablePackage): boolean => {
  const exports = exportsFor(item, importedSubpaths().get(item.manifest.name) ?? new Set())
  if (JSON.stringify(exports) === JSON.stringify(item.manifest.exports)) return false
  const file = join(item.path, "package.json")
  const text = readFileSync(file, "utf8")
  if (!list.test(text)) {
    throw new PublishingFailed({
      detail: `packages/${item.folder}/package.json: exports is missing; write "exports": {}`
    })
  }
  const lines = JSON.stringify({ exports }, undefined, 2).split("\n").slice(1, -1).join("\n")
  writeFileSync(file, text.replace(list, () => lines))
  return true
}
