import { Effect } from "effect"
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises"
import { delimiter, dirname, join, relative } from "node:path"
import process from "node:process"
import { promisify } from "node:util"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../../..")
const packages = join(root, "packages")

/** Where bundles are kept from run to run, and for how long without being asked for. */
const folder = join(root, ".build", "bundles")
const keptMillis = 24 * 3_600_000

/** A program of the repository and the package whose script `bundle` makes one file of it. */
interface Program {
  /** From the folder of the package. */
  readonly entry: string
  readonly package: string
}

/** The replica's own program, from its sources. */
export const replicaSource = join(packages, "organization-service/src/main.ts")

/**
 * A program as one file, made as the replica is made that is shipped: it starts in less than half the time that its sources
 * take. It is made once for the same sources. Dies when it cannot be made.
 */
export const programBundle = (file: string): Effect.Effect<string> =>
  Effect.promise(() =>
    make({ entry: relative(join(packages, "organization-service"), file), package: "organization-service" })
  )

/** The replica as it is shipped. */
export const replicaBundle: Effect.Effect<string> = programBundle(replicaSource)

/** The command line program as it is shipped. */
export const organizationBundle: Effect.Effect<string> = Effect.promise(() =>
  make({ entry: "src/main.ts", package: "organization-cli" })
)

const make = async (program: Program): Promise<string> => {
  const home = join(packages, program.package)
  const { scripts }: { readonly scripts: { readonly bundle: string } } = JSON.parse(
    readFileSync(join(home, "package.json"), "utf8")
  )
  const name = program.entry.replaceAll(/[^\w]+/g, "-").replace(/^-/, "")
  const file = join(folder, `${program.package}-${name}-${contentOf(join(home, program.entry), scripts.bundle)}.mjs`)
  if (existsSync(file)) return file
  await mkdir(folder, { recursive: true })
  await forgetOld()
  // Others may be making the same: each makes its own, and the last one stays.
  const unfinished = `${file}.${process.pid}.mjs`
  const path = [join(home, "node_modules/.bin"), process.env["PATH"]].join(delimiter)
  const script = scripts.bundle.replace("src/main.ts", program.entry).replace("dist/main.mjs", `'${unfinished}'`)
  await run("sh", ["-c", script], { cwd: home, env: { ...process.env, PATH: path } })
  await rename(unfinished, file)
  return file
}

/** A name for everything that goes into a bundle: all sources, what is beside the program, what is installed, and how. */
const contentOf = (entry: string, script: string): string => {
  const hash = createHash("sha256").update(script).update(readFileSync(join(root, "pnpm-lock.yaml")))
  const sources = readdirSync(packages).map((name) => join(packages, name, "src"))
  const files = [dirname(entry), ...sources].filter((each) => existsSync(each)).flatMap((each) =>
    readdirSync(each, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /\.(?:ts|mjs|json)$/.test(file.name))
      .map((file) => join(file.parentPath, file.name))
  )
  for (const file of new Set(files.toSorted())) hash.update(relative(root, file)).update(readFileSync(file))
  return hash.digest("hex").slice(0, 16)
}

const forgetOld = async () => {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    // Another process may have forgotten it in this moment.
    const madeAt = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now())
    if (Date.now() - madeAt > keptMillis) await rm(file, { force: true })
  }
}
