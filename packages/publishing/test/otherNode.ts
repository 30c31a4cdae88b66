import { execFileSync } from "node:child_process"
import { existsSync, realpathSync } from "node:fs"
import { delimiter, join } from "node:path"

const versionOf = (node: string): string | undefined => {
  try {
    return execFileSync(node, ["--version"], { encoding: "utf8" }).trim()
  } catch {
    return undefined
  }
}

/** A Node of this major version on the path of this machine, if there is one. */
export const otherNode = (major: number): string | undefined => {
  const found = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node"))
    .filter((file) => existsSync(file)).map((file) => realpathSync(file))
  return [...new Set(found)].find((node) => versionOf(node)?.startsWith(`v${major}.`) === true)
}
