import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./PublishablePackage.ts"

const notOurs = new Set(["node_modules", "dist", "golden"])

const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesBelow(path)
    return /\.m?ts$/.test(entry.name) ? [path] : []
  })

/** The subpaths that other packages of the workspace import of each package, such as `./Decider`, by the package's name. */
export const importedSubpaths = (): ReadonlyMap<string, ReadonlySet<string>> => {
  const subpaths = new Map<string, Set<string>>()
  for (const folder of readdirSync(join(root, "packages"), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    for (const file of filesBelow(join(root, "packages", folder.name))) {
      const imports = readFileSync(file, "utf8").matchAll(
        /\b(?:from|import)\s*\(?\s*"(@cim-domain\/[\w-]+)(\/[^"]+)?"/g
      )
      for (const [, name = "", subpath = ""] of imports) {
        if (name === `@cim-domain/${folder.name}`) continue
        subpaths.set(name, (subpaths.get(name) ?? new Set()).add(`.${subpath}`))
      }
    }
  }
  return subpaths
}
