import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Application, type TypeDocOptions } from "typedoc"
import { type PackageManifest, type PublishablePackage, readManifest, root } from "./PublishablePackage.ts"
import { PublishingFailed } from "./PublishingFailed.ts"

// What errors and services inherit of `effect` is explained there, and would be a megabyte for each.
const scope: TypeDocOptions = { excludeExternals: true, excludeInternal: true, excludePrivate: true }

const options = ({ repository, version }: PackageManifest): TypeDocOptions => ({
  name: "@cim-domain",
  readme: join(root, "README.md"),
  disableGit: true,
  gitRevision: `v${version}`,
  logLevel: "Error",
  ...(repository === undefined
    ? {}
    : { sourceLinkTemplate: `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/{gitRevision}/{path}#L{line}` })
})

/**
 * Writes pages for every public export of the packages, made from doc comments and types, into `out`, in the place of what was
 * there. Rejects with {@link PublishingFailed}.
 */
export const apiPages = async (packages: ReadonlyArray<PublishablePackage>, out: string): Promise<void> => {
  // Before the minute that the pages take.
  mkdirSync(out, { recursive: true })
  const app = await Application.bootstrap({
    ...options(readManifest(root)),
    ...scope,
    entryPointStrategy: "packages",
    entryPoints: packages.map(({ path }) => path),
    // `npm test` checks types, with the compiler that the workspace has.
    packageOptions: { ...scope, skipErrorChecking: true }
  })
  const project = await app.convert()
  if (project === undefined || app.logger.hasErrors()) {
    throw new PublishingFailed({ detail: "TypeDoc did not understand the sources; what it says stands above" })
  }
  rmSync(out, { recursive: true, force: true })
  await app.generateDocs(project, out)
}
