import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { api, asOperator, createStream, startInProcess, streamState } from "./InProcess.ts"
import { command, creation, newId, type Said } from "./messages.ts"

/** More than a state remembers, and a few that it still does. */
const later = 1_010

/** As short as a broker lets one set it. */
const shortMemory = { duplicate_window: 100_000_000 }

const rename = (id: string, command_id: string, name = "Renamed") =>
  command("UpdateOrganization", id, { name, command_id })

const team = (id: string, n: number) => command("CreateTeam", id, { name: `Team ${n}`, team_type: "Project" })

describe("a command of which so many came after it that its state has forgotten it", () => {
  it.live("is known from the history, by any replica, with a snapshot and without", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* asOperator(
        url,
        Effect.gen(function*() {
          yield* createStream(shortMemory)
          const one = yield* startInProcess(url)
          const [id, timed, random] = [newId(), newId(), "9d3ab5d2-5b9e-4c63-8f0a-3a8e8a2a7f10"]
          yield* one.ask(creation(id))
          const first = [yield* one.ask(rename(id, timed)), yield* one.ask(rename(id, random, "Renamed again"))]
          const teams = Array.from({ length: later }, (_, n) => team(id, n))
          const said = yield* Effect.forEach(teams, one.ask, { concurrency: 64 })
          assert.isTrue(said.every(({ outcome }) => outcome === "applied"))
          yield* eventually("a snapshot", Effect.map(one.snapshots.latest(id), Option.isSome))
          const before = yield* streamState
          const version = later + 3

          for (const { ask } of [one, yield* startInProcess(url), yield* startInProcess(url)]) {
            const again = [yield* ask(rename(id, timed)), yield* ask(rename(id, random, "Renamed again"))]
            for (const [n, each] of again.entries()) {
              assert.deepInclude(each, { status: "ok", outcome: "duplicate", version })
              assert.deepStrictEqual(each.events, first[n]!.events)
            }
            for (
              const other of [
                rename(id, timed, "Other"),
                command("DissolveOrganization", id, {
                  command_id: timed,
                  reason: "x",
                  effective_date: "2025-01-01T00:00:00Z"
                })
              ]
            ) {
              const refused = (yield* ask(other)).failure
              assert.deepInclude(refused, { code: "IDEMPOTENCY_CONFLICT", retryable: false })
            }
            // A new command under an id that could be an old one is looked for, and is none.
            assert.deepInclude(yield* ask(rename(id, newId(), "Renamed again")), { outcome: "no_change", version })
          }
          assert.deepStrictEqual(yield* streamState, before)

          // What the stream has forgotten, nobody knows.
          const seq = before.last_seq - 100
          yield* api("STREAM.PURGE.ORGANIZATION_EVENTS", { filter: `organization.events.${id}.>`, seq })
          const { ask } = yield* startInProcess(url)
          const forgotten: Said = yield* ask(rename(id, timed, "Nobody knows"))
          assert.deepInclude(forgotten, { outcome: "applied", version: version + 1 })
          assert.deepInclude(yield* ask(rename(id, timed, "Nobody knows")), { outcome: "duplicate" })
        })
      )
    }), 60_000)
})
