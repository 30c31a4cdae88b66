import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Nix } from "./Nix.ts"

const isSkipped = Nix.skipped("unit", Nix.analyzeObstacle)

/** The unit as a file; `ExecStart` is a program that every machine has. */
const unitFile = Effect.gen(function*() {
  const text: string = yield* Nix.evaluate("nix/tests/modules.nix", "text")
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "unit-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true }))
  )
  const file = join(folder, "cim-domain-organization.service")
  yield* Effect.promise(() => writeFile(file, text.replace(/^ExecStart=.*$/m, "ExecStart=/bin/true")))
  return file
})

describe.skipIf(isSkipped)("the unit, in systemd's own opinion", () => {
  it.live("is well formed", () =>
    Effect.gen(function*() {
      const { code, err } = yield* Nix.run("systemd-analyze", ["verify", "--man=no", yield* unitFile])
      // The pause that grows came with systemd 254; an older one tries every second.
      const complaints = err.split("\n").filter((line) =>
        line !== "" && !/Unknown key.*Restart(Steps|MaxDelay)/.test(line)
      )
      assert.deepStrictEqual(complaints, [])
      assert.strictEqual(code, 0)
    }))

  it.live("exposes at most 1.5 of 10", () =>
    Effect.gen(function*() {
      const args = ["security", "--offline=true", "--threshold=15", "--no-pager", yield* unitFile]
      const { code, out } = yield* Nix.run("systemd-analyze", args)
      assert.strictEqual(code, 0, out)
      const level = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(out)?.[1])
      assert.isAtMost(level, 1.5)
    }))
})
