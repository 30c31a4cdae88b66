import { Clock, Context, Effect, Exit } from "effect"
import type { Aggregate, Loaded } from "../../src/aggregate/Aggregate.ts"
import type { makeLinePorts } from "../../src/handler/linePorts.ts"
import type { Input, Question } from "../../src/line/Line.ts"
import type { LinePorts } from "../../src/line/LineDriver.ts"
import { appendBy, type AppendedPositions, type Submit } from "../../src/store/Append.ts"
import type { EventToAppend } from "../../src/store/Event.ts"
import type { EventStore } from "../../src/store/EventStore.ts"
import { AppendUnconfirmed, StoreError, StoreUnavailable, VersionConflict } from "../../src/store/StoreError.ts"
import type { Asked, Tally } from "./World.ts"

/** The ports under test, in whatever copy. */
export type AnyMakeLinePorts = typeof makeLinePorts

/** What the store is asked. */
export type Wanted =
  | { readonly _tag: "Load" }
  | { readonly _tag: "Refresh" | "CatchUp"; readonly base: Loaded<Tally> }
  | {
    readonly _tag: "Append"
    readonly base: Pick<Loaded<Tally>, "cursor">
    readonly events: ReadonlyArray<EventToAppend>
  }

/** What the store says. */
export type Said =
  | { readonly _tag: "Loaded"; readonly state: Loaded<Tally> }
  | { readonly _tag: "Appended"; readonly positions: ReadonlyArray<number> }
  | { readonly _tag: "Failed"; readonly why: "away" | "unanswered" | "conflict" }

/** Something that the store was asked. */
export interface Asking {
  readonly aggregateId: string
  readonly wanted: Wanted
  readonly tell: (said: Said, asking: Asking) => void
  said: Said | undefined
  /** How often it was said that it is over. */
  ends: number
}

/** The world that ports lead to: every answer comes when it says so. */
export interface Beyond {
  readonly cached: (aggregateId: string) => Loaded<Tally> | undefined
  readonly learn: (state: Loaded<Tally>) => void
  /** May throw, and may tell before it returns. */
  readonly ask: (aggregateId: string, wanted: Wanted, tell: Asking["tell"]) => Asking
  /** It is over, or nobody wants to know any more. */
  readonly end: (asking: Asking) => void
  /** Events that pass are held, until what it gives is called. The next append of the aggregate is what they are held for. */
  readonly hold: (aggregateId: string) => () => void
  /** Somebody waits until he is told. Gives what gives that up. */
  readonly pause: (over: () => void) => () => void
}

type Ports = Pick<LinePorts<Tally, Asked, string>, "ask" | "learn" | "count">

/** Nothing between a driver and the world: for what the driver does. */
export const barePorts = (beyond: Beyond): Ports => ({
  ask: (aggregateId, question, _, tell) => {
    if (question._tag === "Find") throw new Error("nothing is forgotten here")
    const asking = beyond.ask(aggregateId, question, (said) => tell(inputOf(question, said)))
    return () => beyond.end(asking)
  },
  learn: beyond.learn,
  count: () => undefined
})

const inputOf = (question: Question<Tally>, said: Said): Input<Tally, never> => {
  switch (said._tag) {
    case "Loaded":
      return { _tag: "Loaded", question, state: said.state }
    case "Appended":
      return { _tag: "Appended", question, positions: said.positions }
    case "Failed":
      return { _tag: "Failed", question, why: said.why, error: said.why }
  }
}

/** The ports of production between a driver and the world, on an aggregate and a store that do nothing but ask the world. */
export const realPorts = (make: AnyMakeLinePorts, beyond: Beyond): Ports => {
  const services = Context.make(Clock.Clock, clockOf(beyond))
  const { ask, count, learn } = make<Tally, Asked & { readonly services: Context.Context<never> }, string>(
    aggregateOf(beyond),
    { append: appendBy(1_000, submitTo(beyond)) } as EventStore["Service"],
    { find: () => Effect.die(new Error("nothing is forgotten here")) },
    services,
    () => false,
    () => undefined
  )
  return { ask: (id, question, request, tell) => ask(id, question, { ...request, services }, tell), count, learn }
}

const aggregateOf = (beyond: Beyond): Aggregate<Tally> => {
  const reading = (aggregateId: string, wanted: Wanted): Effect.Effect<Loaded<Tally>, StoreError> =>
    Effect.callback((resume) => {
      const asked = beyond.ask(aggregateId, wanted, (said, asking) => {
        if (asking.ends === 0) beyond.end(asking)
        resume(said._tag === "Loaded" ? Effect.succeed(said.state) : Effect.fail(errorOf(aggregateId, said)))
      })
      return Effect.sync(() => beyond.end(asked))
    })
  return {
    cached: beyond.cached,
    unbegun: () => undefined,
    keep: beyond.learn,
    holdEvents: beyond.hold,
    load: (aggregateId) => reading(aggregateId, { _tag: "Load" }),
    refresh: (base) => reading(base.aggregateId, { _tag: "Refresh", base }),
    afterConflict: (base) => reading(base.aggregateId, { _tag: "CatchUp", base })
  }
}

/** What it gives is of no use once an append is on its way, and stores may be told all the same. */
const submitTo = (beyond: Beyond): Submit => ([{ aggregateId, events, expected }], _, onDone) => {
  beyond.ask(aggregateId, { _tag: "Append", base: { cursor: expected }, events }, (said) => {
    const exit: Exit.Exit<AppendedPositions, StoreError> = said._tag === "Appended"
      ? Exit.succeed([said.positions])
      : Exit.fail(errorOf(aggregateId, said))
    onDone(exit)
  })
  return () => undefined
}

const errorOf = (aggregateId: string, said: Said): StoreError => {
  const why = said._tag === "Failed" ? said.why : "away"
  switch (why) {
    case "away":
      return new StoreError({ reason: new StoreUnavailable({ detail: "away" }) })
    case "unanswered":
      return new StoreError({
        reason: new AppendUnconfirmed({ aggregateIds: [aggregateId], detail: "lost", alreadySeen: false })
      })
    case "conflict":
      return new StoreError({ reason: new VersionConflict({ aggregateIds: [aggregateId] }) })
  }
}

/** Pauses are over when the world says so. */
const clockOf = (beyond: Beyond): Clock.Clock => ({
  currentTimeMillisUnsafe: () => 0,
  currentTimeMillis: Effect.succeed(0),
  currentTimeNanosUnsafe: () => 0n,
  currentTimeNanos: Effect.succeed(0n),
  monotonicTimeNanosUnsafe: () => 0n,
  monotonicTimeNanos: Effect.succeed(0n),
  sleep: () =>
    Effect.callback((resume) => {
      const giveUp = beyond.pause(() => resume(Effect.void))
      return Effect.sync(giveUp)
    })
})
