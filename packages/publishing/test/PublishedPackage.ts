import type { Tarball } from "../src/packPackages.ts"
import type { PackageManifest } from "../src/PublishablePackage.ts"

/** A tarball, and the manifest that is in it. */
export interface PublishedPackage extends Tarball {
  readonly manifest: PackageManifest
}
