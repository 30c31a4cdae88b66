import { assert, layer } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"

const id = "0198c0de-0000-7000-8000-00000000c11a"
const commandId = "0198c0de-1000-7000-8000-00000000c11a"
const ok = { status: "ok", outcome: "applied", command_type: "ChangeOrganizationStatus" }
const later = {
  status: "error",
  error: "no leader",
  command_id: commandId,
  failure: { code: "STORE_AWAY", message: "no leader", category: "unavailable", retryable: true, details: {} }
}

layer(Requests.layer, { excludeTestServices: true })("a command that is not settled at once", (it) => {
  const run = (args: ReadonlyArray<string>, interruption?: Effect.Effect<void>) =>
    Effect.flatMap(
      Requests,
      ({ url }) => runHere(["status", id, "Active", ...args], { NATS_URL: url }, undefined, interruption)
    )

  it.effect("is sent again as it was, and done", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const requests = answer((_, index) => index < 3 ? later : ok)
      const { code, err, out } = yield* run(["--timeout", "60"])
      assert.strictEqual(code, 0, err)
      assert.include(out, "✓ ChangeOrganizationStatus: done")
      assert.strictEqual(requests.length, 4)
      assert.strictEqual(new Set(requests.map(({ body }) => body)).size, 1)
    }))

  it.effect("is given up when the time is over, with the last answer and what to do", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      answer(() => later)
      const { code, err, out } = yield* run(["--command-id", commandId, "--json", "--timeout", "1"])
      assert.strictEqual(code, 3)
      assert.deepInclude(JSON.parse(out), { command_id: commandId, status: "error" })
      assert.match(err, /no leader \(STORE_AWAY\); gave up after \d+ attempts in \d+\.\d s/)
      assert.include(err, "The command may or may not have taken effect")
      assert.include(err, `Repeat it safely with --command-id ${commandId}`)
    }))

  it.effect("is interrupted with the id to repeat it with", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const arrived = yield* Deferred.make<void>()
      answer(() => {
        Deferred.doneUnsafe(arrived, Effect.void)
        return null
      })
      const { code, err } = yield* run(["--command-id", commandId], Deferred.await(arrived))
      assert.strictEqual(code, 3)
      assert.include(err, `Repeat it safely with --command-id ${commandId}`)
    }))

  it.effect("is not sent again when the answer cannot be read", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const requests = answer(() => ({ status: "ok", version: "seven" }))
      const { code, err } = yield* run([])
      assert.strictEqual(code, 3)
      assert.include(err, "is this CLI older than the service?")
      assert.strictEqual(requests.length, 1)
    }))
})
