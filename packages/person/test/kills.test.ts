import * as Client from "@cim-domain/commands/client/Client"
import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startProgram } from "@cim-domain/testbed/Program"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Queue, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { join } from "node:path"
import { AssignmentId, OrganizationId, Person, PersonId, RoleId } from "../src/Person.ts"
import { type Acknowledged, checkHistory } from "./checkHistory.ts"
import { transportTo } from "./transportTo.ts"

const kills = 4
/** People whose commands are under way at a time. */
const atATime = 12
/** Once both replicas are there, so many commands more are acknowledged until one of them is killed. */
const between = 100

/** A replica in a process of its own that takes commands. */
const startReplica = (url: string) =>
  startProgram({ file: join(import.meta.dirname, "../src/main.ts"), env: { NATS_URL: url } }).pipe(
    Effect.tap((replica) => replica.logged("ready"))
  )

const newId = () => SecureRandom.uuidV7Unsafe()

type Submit = Effect.Success<ReturnType<typeof connect>>["submit"]

const connect = () => Client.make(Person, { deadline: "60 seconds", attemptTimeout: "1 second" })

/** The life of one person. Gives the state that it ends in. */
const live = Effect.fnUntraced(function*(submit: Submit, name: string) {
  const person_id = PersonId.make(newId())
  const organization_id = OrganizationId.make(newId())
  yield* submit("RegisterPerson", { person_id, name })
  const assignments: Array<AssignmentId> = []
  for (let number = 0; number < 3; number++) {
    const assignment_id = AssignmentId.make(newId())
    const role_id = RoleId.make(newId())
    yield* submit("AssignRole", { person_id, assignment_id, organization_id, role_id, from: "2026-01-01" })
    yield* submit("RenamePerson", { person_id, name: `${name} ${number}` })
    assignments.push(assignment_id)
  }
  yield* submit("ChangeContact", { person_id, email: "ada@example.org" })
  yield* submit("EndAssignment", { person_id, assignment_id: assignments[0]!, until: "2026-01-31" })
  yield* submit("MarkDeceased", { person_id, died_on: "2026-02-28" })
  return {
    id: person_id,
    version: 10,
    status: "Deceased" as const,
    name: `${name} 2`,
    held: assignments.map((id, index) => [id as string, index === 0 ? "2026-01-31" : "2026-02-28"])
  }
})

const { eventPrefix, eventStream } = Person.subjects

/** Every event in the stream, in order, up to the first of the person who was registered last. */
const everythingBefore = (last: string) =>
  Effect.flatMap(EventStore, (store) =>
    store.follow(0).pipe(
      Stream.takeUntil(({ aggregateId }) => aggregateId === last),
      Stream.filter(({ aggregateId }) => aggregateId !== last),
      Stream.runCollect
    )).pipe(
      Effect.provide(
        JetStreamEventStore.layer().pipe(
          Layer.provide(EventStream.layer({ name: eventStream, subjectPrefix: eventPrefix }))
        )
      )
    )

/** What the history of one person says of it. */
const stateOf = (id: string, history: ReadonlyArray<RecordedEvent>) => {
  const { assignments, name, status, version } = history.reduce(
    (state, event) => Person.decider.evolve(state, Person.events.decode(event), event.position),
    Person.decider.initial(id)
  )
  return { id, version, status, name, held: assignments.map((each) => [each.assignment_id, each.until]) }
}

describe("the check of a history", () => {
  const acknowledged = [{ commandId: "a", events: ["1"] }, { commandId: "b", events: ["2"] }]
  const [a, b] = [{ commandId: "a", id: "1" }, { commandId: "b", id: "2" }]
  it("finds nothing in one that is right", () => assert.isEmpty(checkHistory(acknowledged, [a, b])))
  it("finds what is lost, doubled, or nobody's", () => {
    assert.deepStrictEqual(checkHistory(acknowledged, [a]), ["b: 2 is lost"])
    assert.deepStrictEqual(checkHistory(acknowledged, [a, b, { commandId: "b", id: "3" }]), ["b: happened 2 times"])
    assert.deepStrictEqual(checkHistory(acknowledged, [a, b, b]), ["b: happened 2 times"])
    assert.deepStrictEqual(checkHistory(acknowledged, [a, b, { commandId: "c", id: "3" }]), ["c: nobody sent it"])
  })
})

describe("two replicas under kill -9", () => {
  it.live("lose nothing that they acknowledged, and do nothing twice", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const replicas = yield* Effect.all([startReplica(url), startReplica(url)], { concurrency: 2 })
      yield* Effect.gen(function*() {
        const client = yield* connect()
        const acknowledged: Array<Acknowledged> = []
        const news = yield* Queue.unbounded<string>()
        let retries = 0
        const submit: Submit = (type, fields) => {
          const commandId = newId()
          return client.submit(type, fields, { commandId, onRetry: () => Effect.sync(() => void retries++) }).pipe(
            Effect.tap(({ events }) => {
              acknowledged.push({ commandId, events: events.map(({ event_id }) => event_id) })
              return Queue.offer(news, commandId)
            })
          )
        }
        let isOver = false
        // The next is killed when the last one is back, so that there is always one.
        const killing = Effect.gen(function*() {
          for (let number = 0; number < kills; number++) {
            yield* Queue.clear(news)
            yield* Queue.takeN(news, between)
            const replica = replicas[number % 2]!
            yield* replica.signal("SIGKILL")
            yield* replica.exit
            replicas[number % 2] = yield* startReplica(url)
          }
          isOver = true
        })
        const ends: Array<Effect.Success<ReturnType<typeof live>>> = []
        const living = Effect.suspend(() => live(submit, `Person ${ends.length}`)).pipe(
          Effect.tap((end) => Effect.sync(() => void ends.push(end))),
          Effect.repeat({ until: () => isOver })
        )
        yield* Effect.all([killing, ...Array.from({ length: atATime }, () => living)], { concurrency: "unbounded" })
        assert.lengthOf(acknowledged, ends.length * 10)
        assert.isAbove(retries, 0, "no kill met a command that was under way")
        const last = yield* client.submit("RegisterPerson", { name: "The last one" })
        const history = yield* everythingBefore(last.created_id!)
        assert.deepStrictEqual(checkHistory(acknowledged, history), [])
        const histories = Map.groupBy(history, ({ aggregateId }) => aggregateId)
        const states = ends.map(({ id }) => stateOf(id, histories.get(id) ?? []))
        assert.deepStrictEqual(states, ends)
      }).pipe(Effect.provide(transportTo(url)))
    }), { timeout: 120_000 })
})
