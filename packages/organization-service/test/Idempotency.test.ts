import { NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ask, askUntilSettled } from "./Client.ts"
import { api, asOperator, createStream, startInProcess, streamState } from "./InProcess.ts"
import { command, creation, newId, type Said } from "./messages.ts"

/** What the broker remembers of message ids, as short as it lets one set it. */
const shortMemory = { duplicate_window: 100_000_000 }

/** Waits until the broker has forgotten all message ids that it knows now. */
const beyondDuplicateWindow = Effect.gen(function*() {
  const { main } = yield* NatsConnection
  const id = newId()
  const probe = main.request(`organization.events.${newId()}.probe`, "{}", {
    headers: { "Nats-Msg-Id": id },
    timeoutMillis: 5_000
  })
  yield* probe
  yield* eventually(
    "the window is over",
    Effect.map(probe, (ack) => ack.json<{ readonly duplicate?: boolean }>().duplicate !== true)
  )
})

const recorded = ({ events }: Said) => events

/** Three commands of one organization, and the answers to them. */
const threeCommands = () => {
  const id = newId()
  return {
    id,
    commands: [
      creation(id),
      command("UpdateOrganization", id, { name: "Renamed" }),
      command("CreateDepartment", id, { parent_department_id: null, name: "Engineering", code: "ENG" })
    ]
  }
}

type Ask = Effect.Success<ReturnType<typeof startInProcess>>["ask"]
type Sent = ReturnType<typeof command>

/** Every command again: nothing happens, and each is told what it was told the first time. */
const answeredAgain = Effect.fnUntraced(function*(
  ask: Ask,
  commands: ReadonlyArray<Sent>,
  first: ReadonlyArray<Said>
) {
  const before = yield* streamState
  for (const [n, sent] of commands.entries()) {
    const again = yield* ask(sent)
    assert.deepInclude(again, { status: "ok", outcome: "duplicate", version: commands.length })
    assert.deepStrictEqual(recorded(again), recorded(first[n]!))
    assert.strictEqual(again.stream_sequence, first[n]!.stream_sequence)
  }
  assert.deepStrictEqual(yield* streamState, before)
})

/** Another command under an id that took effect is refused for good. */
const othersRefused = Effect.fnUntraced(function*(ask: Ask, id: string, commands: ReadonlyArray<Sent>) {
  for (const { body } of commands) {
    const command_id = JSON.parse(body).identity.message_id
    const other = command("ChangeOrganizationStatus", id, { command_id, new_status: "Inactive" })
    assert.deepInclude((yield* ask(other)).failure, { code: "IDEMPOTENCY_CONFLICT", retryable: false })
  }
})

describe("a command that is sent again with its id", () => {
  it.live(
    "is answered with what it did the first time, by any replica, for as long as it is remembered",
    () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server()
        const { commands, id } = threeCommands()
        const first = yield* asOperator(
          server.url,
          Effect.gen(function*() {
            yield* createStream(shortMemory)
            const one = yield* startInProcess(server.url, { env: { SNAPSHOT_FREQ: "3" } })
            const two = yield* startInProcess(server.url)
            const first = yield* Effect.forEach(commands, one.ask)
            assert.deepStrictEqual(first.map(({ outcome }) => outcome), ["applied", "applied", "applied"])
            for (const { ask } of [one, two]) yield* answeredAgain(ask, commands, first)

            yield* beyondDuplicateWindow
            for (const { ask } of [one, two, yield* startInProcess(server.url)]) {
              yield* answeredAgain(ask, commands, first)
              yield* othersRefused(ask, id, commands)
            }
            yield* eventually("a snapshot", Effect.map(one.snapshots.latest(id), Option.isSome))
            return first
          }).pipe(Effect.scoped)
        )

        yield* server.kill
        yield* server.start
        yield* asOperator(
          server.url,
          Effect.gen(function*() {
            const fresh = yield* startInProcess(server.url)
            yield* answeredAgain(fresh.ask, commands, first)

            // Of the events only the last is left: what was answered is known from the snapshot alone.
            const seq = first[2]!.stream_sequence!
            yield* api("STREAM.PURGE.ORGANIZATION_EVENTS", { filter: `organization.events.${id}.>`, seq })
            const { ask } = yield* startInProcess(server.url)
            yield* answeredAgain(ask, commands, first)
            yield* othersRefused(ask, id, commands)
            assert.deepInclude(yield* ask(command("UpdateOrganization", id, { name: "Again" })), {
              outcome: "applied",
              version: 4
            })
          })
        )
      }),
    60_000
  )

  it.live(
    "at the same moment through several replicas takes effect once, and all are told the same",
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        yield* asOperator(
          url,
          Effect.gen(function*() {
            const replicas = yield* Effect.forEach([1, 2, 3, 4], () => startInProcess(url))
            for (let n = 0; n < 20; n++) {
              const sent = creation(newId())
              const said = yield* Effect.forEach(replicas, ({ ask }) => ask(sent), { concurrency: "unbounded" })
              assert.deepStrictEqual(said.map(({ version }) => version), [1, 1, 1, 1])
              for (const each of said) assert.deepStrictEqual(recorded(each), recorded(said[0]!))
            }
            assert.strictEqual((yield* streamState).messages, 20)
          })
        )
      }),
    60_000
  )

  it.live(
    "after the replica was killed and the broker restarted is known to the next replica",
    () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server()
        const { commands } = threeCommands()
        const replica = yield* startReplica({ NATS_URL: server.url })
        yield* replica.logged("ready")
        const first = yield* asOperator(server.url, Effect.forEach(commands, (sent) => ask(sent)))
        yield* replica.signal("SIGKILL")
        yield* replica.exit
        yield* server.restart
        const next = yield* startReplica({ NATS_URL: server.url })
        yield* next.logged("ready")
        const again = yield* asOperator(server.url, Effect.forEach(commands, askUntilSettled))
        assert.deepStrictEqual(again.map(({ outcome }) => outcome), ["duplicate", "duplicate", "duplicate"])
        assert.deepStrictEqual(again.map(recorded), first.map(recorded))
      }),
    60_000
  )
})
