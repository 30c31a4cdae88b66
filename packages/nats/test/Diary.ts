import { makeCommandHandler } from "@cim-domain/event-sourcing/CommandHandler"
import { accepted, type Decider, duplicate } from "@cim-domain/event-sourcing/Decider"
import { type EventReference, referenceTo } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { patiently } from "@cim-domain/testbed/eventually"
import { Context, Effect, Layer, Result } from "effect"
import { connection, eventStore, fromStart } from "./Broker.ts"

/** A domain whose commands say how many events they become: so many pages are written at once. */
interface Write {
  readonly id: string
  readonly pages: number
  /** Characters on a page. */
  readonly length: number
}

interface Page {
  readonly command: string
  readonly number: number
  readonly text: string
}

interface State {
  readonly version: number
  readonly written: ReadonlyMap<string, ReadonlyArray<EventReference>>
}

const encode = (page: Page) => ({
  id: `${page.command}:${page.number}`,
  type: "PageWritten",
  token: "page",
  schemaVersion: 1,
  cause: { commandId: page.command, correlationId: page.command, causationId: page.command, actor: null },
  data: JSON.stringify(page)
})

const diary: Decider<State, Write, Page, never, undefined> = {
  initial: () => ({ version: 0, written: new Map() }),
  decide: ({ written }, { id, length, pages }) => {
    const known = written.get(id)
    if (known !== undefined) return duplicate(known)
    const page = (number: number): Page => ({ command: id, number, text: "x".repeat(length) })
    return accepted(page(0), ...Array.from({ length: pages - 1 }, (_, index) => page(index + 1)))
  },
  evolve: ({ version, written }, page, position) => {
    const reference = referenceTo(encode(page), version + 1, position)
    const before = written.get(page.command) ?? []
    return { version: version + 1, written: new Map(written).set(page.command, [...before, reference]) }
  }
}

let made = 0

/** A command that no other call has made, for so many pages. */
export const write = (pages: number, length = 100): Write => ({ id: `write-${++made}`, pages, length })

/** How long a replica waits, in milliseconds. */
interface Patience {
  readonly ackTimeout: number
  readonly timeout: number
}

/** A replica that writes diaries, with a connection and a cache of its own. */
export const makeWriter = Effect.fnUntraced(function*(url: string, { ackTimeout, timeout }: Patience) {
  const stores = Layer.merge(eventStore({ ackTimeout }), SnapshotStore.layerMemory)
  const context = yield* Layer.build(Layer.provideMerge(stores, connection(url)))
  const { handle } = yield* makeCommandHandler({
    decider: diary,
    events: { encode, decode: ({ data }) => JSON.parse(data) as Page },
    states: { fingerprint: "diary", encode: () => "", decode: () => Result.fail("none is kept") },
    cacheCapacity: 100,
    snapshotEvery: 1_000_000,
    maxDecisions: 8,
    timeout
  }).pipe(Effect.provide(context))
  const store = Context.get(context, EventStore)

  const tryOnce = (aggregateId: string, command: Write) =>
    handle({ aggregateId, command, context: undefined, dryRun: false })

  return {
    connection: Context.get(context, NatsConnection),
    tryOnce,
    /** As a requester does that sends a command again, with its id, until it is settled. */
    settle: (aggregateId: string, command: Write) =>
      Effect.retry(tryOnce(aggregateId, command), {
        while: (error) => error._tag === "StoreError" && error.isRetryable,
        schedule: patiently()
      }),
    /** What is stored: of which command each event is, its number among the command's, version and position. */
    pages: (aggregateId: string) =>
      store.read(aggregateId, fromStart).pipe(
        Effect.retry({ while: ({ isRetryable }) => isRetryable, schedule: patiently() }),
        Effect.map(({ events }) =>
          events.map(({ commandId, id, position, type, version }) => ({
            commandId,
            reference: { id, type, version, position }
          }))
        )
      )
  }
})
