import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Losses } from "../src/output/Output.ts"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"
import { runProcess } from "./runProcess.ts"

const id = "0198c0de-0000-7000-8000-00000000c11a"
const commandId = "0198c0de-1000-7000-8000-00000000c11a"
const ok = { status: "ok", outcome: "applied", command_type: "UpdateOrganization", command_id: commandId }
const no = {
  status: "error",
  error: "no",
  failure: { code: "CODE_IN_USE", message: "no", category: "conflict", retryable: false, details: {} }
}
const update = ["update", id, "--name", "Acme", "--command-id", commandId]

const full: Losses = { stdout: { code: "ENOSPC", message: "no space left on device" }, stderr: undefined }
const gone: Losses = { stdout: { code: "EPIPE", message: "its reader is gone" }, stderr: undefined }
const noErrors: Losses = { stdout: undefined, stderr: { code: "ENOSPC", message: "no space left on device" } }

layer(Requests.layer, { timeout: "60 seconds", excludeTestServices: true })("output that is lost", (it) => {
  const run = (args: ReadonlyArray<string>, losses: Losses) =>
    Effect.flatMap(Requests, ({ url }) => runHere(args, { NATS_URL: url }, undefined, undefined, undefined, losses))

  for (const [how, losses] of [["the disk is full", full], ["the reader is gone", gone]] as const) {
    it.effect(`a command in effect is not repeated, and says so by its exit code, when ${how}`, () =>
      Effect.gen(function*() {
        const { answer } = yield* Requests
        const requests = answer(() => ok)
        const { code, err } = yield* run(update, losses)
        assert.strictEqual(code, 4)
        assert.strictEqual(requests.length, 1)
        assert.match(err, /^✗ standard output could not be written: .*UpdateOrganization: done/)
        assert.include(err, commandId)
        assert.notInclude(err, "\n")
      }))

    it.effect(`a refusal is still one when ${how}`, () =>
      Effect.gen(function*() {
        const { answer } = yield* Requests
        answer(() => no)
        const { code, err } = yield* run(update, losses)
        assert.strictEqual(code, 1)
        assert.match(err, /^✗ standard output could not be written: .*CODE_IN_USE/)
      }))

    it.effect(`send stops, and says after which line and how to go on, when ${how}`, () =>
      Effect.gen(function*() {
        const { answer } = yield* Requests
        const requests = answer(() => ok)
        const file = join(import.meta.dirname, "../examples/company.jsonl")
        const { code, err } = yield* run(["send", file, "--json", "--from-line", "3"], losses)
        assert.strictEqual(code, 4)
        assert.strictEqual(requests.length, 1)
        assert.include(err, "stopped after line 3, which was answered applied; go on with --from-line 4")
        assert.include(err, "1 done, 0 refused")
      }))
  }

  it.effect("standard error counts too, once all is done", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      answer(() => ok)
      assert.strictEqual((yield* run(update, noErrors)).code, 4)
      assert.strictEqual((yield* run(["create"], noErrors)).code, 2)
    }))

  it.effect("a process notices a full disk and a reader that is gone", () =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const requests = answer(() => ok)
      const [help, quiet, done] = yield* Effect.all([
        runProcess(["--help"], { url, stdout: "/dev/full" }),
        runProcess(["--help"], { url, stdout: "gone" }),
        runProcess(update, { url, stdout: "/dev/full" })
      ], { concurrency: "unbounded" })
      assert.deepInclude(help, { code: 4, err: "✗ standard output could not be written: no space left on device\n" })
      assert.deepInclude(quiet, { code: 141, err: "" })
      assert.strictEqual(done.code, 4)
      assert.strictEqual(requests.length, 1)
    }), { timeout: 60_000 })

  it.effect("a named pipe that nobody writes to does not keep a process from ending", () =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const isFirst = Promise.withResolvers<void>()
      answer(() => {
        isFirst.resolve()
        return ok
      })
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "organization-cli-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const pipe = join(folder, "commands")
      execFileSync("mkfifo", [pipe])
      // Holds the pipe open, so that there is no end of it.
      const writer = openSync(pipe, "r+")
      const { code, err } = yield* runProcess(["send", pipe], {
        url,
        onStart: (kill) => {
          writeSync(
            writer,
            `${JSON.stringify({ command_type: "UpdateOrganization", organization_id: id, identity: {} })}\n`
          )
          void isFirst.promise.then(() => kill("SIGINT"))
        }
      })
      closeSync(writer)
      assert.strictEqual(code, 3)
      assert.match(err, /^interrupted; go on with --from-line [12]$/m)
    }), { timeout: 60_000 })
})
