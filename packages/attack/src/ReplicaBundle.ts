import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** Makes the one file that is deployed as the replica, as the script `bundle` of its package does. */
export const makeReplicaBundle = async (file: string): Promise<void> => {
  const folder = dirname(dirname(createRequire(import.meta.url).resolve("@cim-domain/organization-service/main")))
  const manifest: { readonly scripts: { readonly bundle: string } } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8")
  )
  const path = `${join(folder, "node_modules/.bin")}:${process.env["PATH"]}`
  await run("sh", ["-c", manifest.scripts.bundle.replace("dist/main.mjs", file)], {
    cwd: folder,
    env: { ...process.env, PATH: path }
  })
}
