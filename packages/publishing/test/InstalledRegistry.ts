import { Effect, type Scope } from "effect"
import { spawn } from "node:child_process"
import { createReadStream, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { createGzip } from "node:zlib"
import { type PackageManifest, readManifest, root } from "../src/PublishablePackage.ts"
import type { PublishedPackage } from "./PublishedPackage.ts"

/** One version of a package, and how its tarball is sent. */
interface Version {
  readonly manifest: PackageManifest
  readonly send: (response: ServerResponse) => void
}

const store = join(root, "node_modules/.pnpm")

/** Folders of packages in a `node_modules`, those of scopes included. */
const packagesIn = (modules: string): ReadonlyArray<string> =>
  readdirSync(modules)
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : [name]
    )
    .map((name) => join(modules, name))
    // Links are what another package needs; each package stands once as a folder.
    .filter((path) => lstatSync(path).isDirectory() && existsSync(join(path, "package.json")))

const installed = (path: string): Version => ({
  manifest: readManifest(path),
  send: (response) => {
    const [parent, name] = [dirname(path), path.slice(dirname(path).length + 1)]
    const { stdout } = spawn("tar", ["-cf", "-", "--exclude=*.map", "-C", parent, name], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    const packed = stdout.pipe(createGzip({ level: 1 }))
    packed.pipe(response)
  }
})

/** Packages without code in the place of the peers that nothing here has installed, since it works without: npm insists on them. */
const missingPeers = (versions: ReadonlyArray<Version>, folder: string): ReadonlyArray<Version> => {
  const names = new Set(versions.map(({ manifest }) => manifest.name))
  const wanted = new Map(
    versions.flatMap(({ manifest: { peerDependencies = {}, peerDependenciesMeta = {} } }) =>
      Object.entries(peerDependencies).filter(([name]) => !names.has(name) && !peerDependenciesMeta[name]?.optional)
    )
  )
  return Array.from(wanted, ([name, range]) => {
    const path = join(folder, name)
    mkdirSync(path, { recursive: true })
    // The lowest version of a range such as `>=5.0.0 <7.0.0`.
    const [version = "1.0.0"] = /\d+\.\d+\.\d+/.exec(range) ?? []
    writeFileSync(join(path, "package.json"), JSON.stringify({ name, version }))
    return installed(path)
  })
}

const versionsOf = (packages: ReadonlyArray<Version>) => Map.groupBy(packages, ({ manifest }) => manifest.name)

const packument = (versions: ReadonlyArray<Version>, url: string) => ({
  name: versions[0]?.manifest.name,
  "dist-tags": { latest: versions.at(-1)?.manifest.version },
  versions: Object.fromEntries(
    versions.map(({ manifest }) => [manifest.version, {
      ...manifest,
      dist: { tarball: `${url}/tarballs/${manifest.name}/${manifest.version}.tgz` }
    }])
  )
})

/**
 * A registry on 127.0.0.1 that has the packages of these tarballs, and what the workspace has installed: so a project can be
 * installed as anywhere, and nobody outside of this machine is asked. What it has to make stands in `folder`. Gives its address.
 */
export const installedRegistry = (
  tarballs: ReadonlyArray<PublishedPackage>,
  folder: string
): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const present = [
        ...tarballs.map(({ file, manifest }): Version => ({
          manifest,
          send: (response) => void createReadStream(file).pipe(response)
        })),
        ...readdirSync(store).map((name) => join(store, name, "node_modules")).filter((path) => existsSync(path))
          .flatMap((modules) => packagesIn(modules)).map((path) => installed(path))
      ]
      const versions = versionsOf([...present, ...missingPeers(present, join(folder, "peers"))])
      const server = createServer((request, response) => {
        const url = `http://${request.headers.host}`
        const path = decodeURIComponent(request.url ?? "").slice(1)
        const [, name = path, version] = /^tarballs\/(.+)\/(.+)\.tgz$/.exec(path) ?? []
        const known = versions.get(name)
        const wanted = known?.find(({ manifest }) => manifest.version === version)
        if (wanted !== undefined) return wanted.send(response)
        if (known === undefined || version !== undefined) return void response.writeHead(404).end("{}")
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify(packument(known, url)))
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    }),
    ({ server }) =>
      Effect.promise(() => {
        server.closeAllConnections()
        return new Promise((resolve) => server.close(resolve))
      })
  ).pipe(Effect.map(({ url }) => url))
