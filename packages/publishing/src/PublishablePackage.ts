import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** What is read of a `package.json`. */
export interface PackageManifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly files?: ReadonlyArray<string>
  readonly engines?: Readonly<Record<string, string>>
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string }
  readonly sideEffects?: boolean | ReadonlyArray<string>
  readonly scripts?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, unknown>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A package that others install. */
export interface PublishablePackage {
  /** Name of its folder below `packages`. */
  readonly folder: string
  /** Absolute path of that folder. */
  readonly path: string
  readonly manifest: PackageManifest
}

/** The root of the repository. */
export const root = join(import.meta.dirname, "../../..")

/** Reads the manifest in a folder. */
export const readManifest = (folder: string): PackageManifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Every package of the workspace whose manifest does not say `private`, by the name of its folder. */
export const publishablePackages = (): ReadonlyArray<PublishablePackage> =>
  readdirSync(join(root, "packages")).toSorted()
    .map((folder) => ({ folder, path: join(root, "packages", folder) }))
    .filter(({ path }) => existsSync(join(path, "package.json")))
    .map((place) => ({ ...place, manifest: readManifest(place.path) }))
    .filter(({ manifest }) => manifest.private !== true)
