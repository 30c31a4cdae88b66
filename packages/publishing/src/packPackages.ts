import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { buildPackages } from "./buildPackages.ts"
import { type PublishablePackage, publishablePackages, root } from "./PublishablePackage.ts"
import { PublishingFailed } from "./PublishingFailed.ts"
import { runTool } from "./runTool.ts"

/** A package, ready to be published. */
export interface Tarball {
  readonly name: string
  readonly version: string
  /** Absolute path. */
  readonly file: string
}

/** What pnpm calls the tarball of a package, whatever its version. */
const isTarballOf = ({ manifest }: PublishablePackage) => {
  const stem = manifest.name.replace(/^@/, "").replace("/", "-")
  return (file: string) => file.startsWith(`${stem}-`) && /^\d.*\.tgz$/.test(file.slice(stem.length + 1))
}

/**
 * Builds every package that others install and packs each into `out`, in the place of its former tarball. Rejects with
 * {@link PublishingFailed}.
 */
export const packPackages = async (out: string, signal?: AbortSignal): Promise<ReadonlyArray<Tarball>> => {
  const pnpm = process.env["PNPM"]
  if (pnpm === undefined) {
    throw new PublishingFailed({
      detail: "PNPM has to name the script of the workspace's pnpm; npm run pack does that"
    })
  }
  const packages = publishablePackages()
  mkdirSync(out, { recursive: true })
  await buildPackages(packages, signal)
  for (const file of readdirSync(out)) {
    if (packages.some((item) => isTarballOf(item)(file))) rmSync(join(out, file))
  }
  const chosen = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  // Its `prepack` would build each package again.
  const options = ["--config.ignore-scripts=true", "--pack-destination", out, "--json"]
  const text = await runTool(process.execPath, [pnpm, "--recursive", ...chosen, "pack", ...options], {
    purpose: "packing",
    cwd: root,
    signal
  })
  const packed: ReadonlyArray<{ name: string; version: string; filename: string }> = [JSON.parse(text)].flat()
  return packed.map(({ filename, name, version }) => ({ name, version, file: join(out, basename(filename)) }))
}
