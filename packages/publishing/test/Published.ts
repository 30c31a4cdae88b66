import { Context, Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { setPriority, tmpdir } from "node:os"
import { join } from "node:path"
import { packPackages } from "../src/packPackages.ts"
import type { PackageManifest } from "../src/PublishablePackage.ts"
import { installedRegistry } from "./InstalledRegistry.ts"
import type { PublishedPackage } from "./PublishedPackage.ts"

/** All packages that others install, packed as they are published, and a registry that has them. */
export class Published extends Context.Service<Published, {
  readonly packages: ReadonlyArray<PublishedPackage>
  readonly registry: string
}>()("@cim-domain/publishing/test/Published") {
  static readonly layer: Layer.Layer<Published> = Layer.effect(
    Published,
    Effect.gen(function*() {
      // Tests of brokers run beside this one, and have deadlines. What is started from here inherits it.
      setPriority(5)
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "packed-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const tarballs = yield* Effect.promise((signal) => packPackages(folder, signal))
      const packages = tarballs.map((tarball) => {
        const text = execFileSync("tar", ["-xzOf", tarball.file, "package/package.json"], { encoding: "utf8" })
        return { ...tarball, manifest: JSON.parse(text) as PackageManifest }
      })
      return { packages, registry: yield* installedRegistry(packages, folder) }
    })
  )
}
