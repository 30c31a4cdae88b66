import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { programBundle } from "../src/programBundle.ts"
import { runProgram } from "../src/runProgram.ts"

it.live("a bundle is made once for the same sources, and anew for others", () =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "testbed-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const file = join(folder, "program.ts")
    const other = join(folder, "words.ts")
    writeFileSync(file, "import { words } from \"./words.ts\"\nconsole.log(words)\n")
    writeFileSync(other, "export const words: string = \"one\"\n")
    const first = yield* programBundle(file)
    assert.strictEqual((yield* runProgram(first)).out, "one\n")
    const { mtimeMs } = statSync(first)
    assert.strictEqual(yield* programBundle(file), first)
    assert.strictEqual(statSync(first).mtimeMs, mtimeMs)
    writeFileSync(other, "export const words: string = \"two\"\n")
    const second = yield* programBundle(file)
    assert.notStrictEqual(second, first)
    assert.strictEqual((yield* runProgram(second)).out, "two\n")
    rmSync(first)
    rmSync(second)
  }))
