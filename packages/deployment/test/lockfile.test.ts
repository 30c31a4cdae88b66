import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FAILSAFE_SCHEMA, load } from "js-yaml"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Nix, root } from "./Nix.ts"

interface Lockfile {
  readonly packages: Record<string, { readonly resolution: { readonly integrity?: string } }>
  readonly snapshots: Record<string, { readonly dependencies?: Record<string, string> }>
  readonly importers: Record<string, { readonly dependencies?: Record<string, { readonly version: string }> }>
}

const isSkipped = Nix.skipped("lockfile", Nix.obstacle)
// Every scalar is a text, as Nix reads it.
const lockfile = load(readFileSync(join(root, "pnpm-lock.yaml"), "utf8"), { schema: FAILSAFE_SCHEMA }) as Lockfile
const read = (attribute: string) => Nix.evaluate("nix/tests/lockfile.nix", attribute)

const each = <A, B>(map: Record<string, A>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, f(value)]))

describe.skipIf(isSkipped)("pnpm-lock.yaml, as Nix reads it", () => {
  it.effect("is what a YAML parser reads", () =>
    Effect.gen(function*() {
      const packages = each(lockfile.packages, ({ resolution }) => resolution.integrity ?? null)
      const snapshots = each(lockfile.snapshots, ({ dependencies = {} }) => dependencies)
      const importers = each(
        lockfile.importers,
        ({ dependencies = {} }) => each(dependencies, ({ version }) => version)
      )
      assert.isAbove(Object.keys(packages).length, 100)
      assert.deepStrictEqual(yield* read("packages"), packages)
      assert.deepStrictEqual(yield* read("snapshots"), snapshots)
      assert.deepStrictEqual(yield* read("importers"), importers)
    }))

  it.effect("every package of the service has a hash, and its folders are those of its own", () =>
    Effect.gen(function*() {
      const service: ReadonlyArray<{ name: string; version: string; integrity: string }> = yield* read("service")
      const names = service.map(({ name }) => name)
      assert.includeMembers(names, ["effect", "@effect/platform-node", "@nats-io/nats-core", "@nats-io/transport-node"])
      assert.notInclude(names, "vitest")
      for (const { integrity, name } of service) assert.match(integrity, /^sha512-/, name)
      assert.sameMembers(yield* read("workspace"), [
        "packages/organization-service",
        "packages/organization",
        "packages/commands",
        "packages/service",
        "packages/nats",
        "packages/event-sourcing"
      ])
    }))

  it.effect("what the reader does not support is refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* read("refused"), { gitDependency: true, otherVersion: true, patched: true })
    }))
})
