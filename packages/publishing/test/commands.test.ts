import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const { PNPM: _, ...env } = process.env

const run = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "../src/main.ts"), ...args], { env, encoding: "utf8" })

describe("the commands", () => {
  it("explain themselves", () => {
    const { status, stdout } = run("pack", "--help")
    assert.strictEqual(status, 0)
    assert.include(stdout, "--out DIR")
  })

  it("refuse what they do not know", () => {
    const { status, stderr } = run("api", "--otu", "x")
    assert.strictEqual(status, 2)
    assert.include(stderr, "--out")
  })

  it("say in one line what is missing", () => {
    const { status, stderr } = run("pack")
    assert.strictEqual(status, 1)
    assert.strictEqual(
      stderr,
      "error: PNPM has to name the script of the workspace's pnpm; npm run pack does that\n"
    )
  })
})
