import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startProgram } from "@cim-domain/testbed/Program"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync, statSync } from "node:fs"
import { Nix } from "./Nix.ts"

const isSkipped = Nix.skipped("packages", Nix.buildObstacle)

/** Larger ones have something in them that does not belong there. */
const bundleBytesMost = 4 * 1_048_576

const minutes = { timeout: 300_000 }

describe.skipIf(isSkipped)("packages, built by Nix", () => {
  it.live("each is a program and one file of bounded size, without what only tests need", () =>
    Effect.gen(function*() {
      for (const [attribute, program] of [["organization-service"], ["organization-cli", "organization"]] as const) {
        const path = yield* Nix.build(attribute)
        const bundle = `${path}/lib/${program ?? attribute}/main.mjs`
        const { size } = statSync(bundle)
        assert.isAbove(size, 200_000)
        assert.isBelow(size, bundleBytesMost)
        const text = readFileSync(bundle, "utf8")
        // esbuild writes where each part comes from: from pnpm's layout in the build, never from a machine's.
        assert.include(text, "node_modules/effect/")
        assert.notMatch(text, /^\/\/ (?:\.\.\/)*[^\n]*\/(?:test|testing|vitest)\//m)
        assert.include(readFileSync(`${path}/bin/${program ?? attribute}`, "utf8"), `${path}/lib/`)
      }
    }), minutes)

  it.live("service and command line work together, on a real broker", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const service = yield* startProgram({
        file: `${yield* Nix.build("organization-service")}/bin/organization-service`,
        isExecutable: true,
        env: { NATS_URL: url }
      })
      yield* service.logged("ready")
      const cli = `${yield* Nix.build("organization-cli")}/bin/organization`
      const created = yield* Nix.run(cli, ["create", "Acme"], { NATS_URL: url })
      assert.strictEqual(created.code, 0, created.out + created.err)
      assert.include(created.out, "OrganizationCreated")
      assert.strictEqual(yield* service.stop, 0)
    }), minutes)

  it.live("a tarball that is not the one of the lockfile is refused", () =>
    Effect.gen(function*() {
      const { code, err } = yield* Nix.run("nix-build", [
        "nix/tests/build.nix",
        "--no-out-link",
        "-A",
        "otherTarball",
        ...Nix.hostTools()
      ])
      assert.notStrictEqual(code, 0)
      assert.include(err, "hash mismatch")
    }), minutes)
})
