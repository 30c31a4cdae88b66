import type { Decision } from "@cim-domain/event-sourcing/Decider"
import { assert } from "@effect/vitest"
import type { Aggregate, AnyAggregate, BareEventOf } from "../Aggregate.ts"
import type { Policy } from "../DecideContext.ts"
import type { AnyEvent } from "../definition/EventCatalog.ts"
import { eventEnvelopeFields } from "../Event.ts"
import { timestampFromMillis } from "../fields/Timestamp.ts"
import type { Kept } from "../history/Kept.ts"
import { deriveId } from "../memory/deriveId.ts"
import type { AnyError } from "../Rejection.ts"
import { type BareCommand, type BareCommandOf, completed } from "./BareCommand.ts"
import { recordOf } from "./laws/LawDomain.ts"
import { uuidOf } from "./valueArbitraries.ts"

/** How a command comes. */
export interface WhenOptions<Limits> {
  /** Its id, a UUID; one that came before makes it a repetition. Default: a new one. */
  readonly commandId?: string | undefined
  /** When it comes, in milliseconds since 1970. Default: a second after the last event or command. */
  readonly now?: number | undefined
  /** Bounds of the domain. Default: those of the definition. */
  readonly limits?: Limits | undefined
  /** Who may do what. Default: everybody everything. */
  readonly policy?: Policy | undefined
}

/** A history, and what may come then. */
export interface Given<Event, Command, Error extends AnyError, State, Limits> {
  /** The state that the history led to, for a look at it. */
  readonly state: State
  readonly when: (command: Command, options?: WhenOptions<Limits>) => Decided<Event, Command, Error, State, Limits>
}

/** What was decided. Each look at it gives what has happened by then, so that a story may go on. */
export interface Decided<Event, Command, Error extends AnyError, State, Limits> {
  /** These events happen, and no others. Their ids, times and causes are the library's. */
  readonly isAccepted: (
    ...events: readonly [Event, ...ReadonlyArray<Event>]
  ) => Given<Event, Command, Error, State, Limits>
  /** It is refused with the error of this tag, and with these details if any are given. */
  readonly isRejected: <const Tag extends Error["_tag"]>(
    tag: Tag,
    details?: Extract<Error, { readonly _tag: Tag }>["details"]
  ) => Given<Event, Command, Error, State, Limits>
  /** It is fine, and nothing needs to be recorded. */
  readonly changesNothing: () => Given<Event, Command, Error, State, Limits>
  /** It took effect before. */
  readonly isDuplicate: () => Given<Event, Command, Error, State, Limits>
}

/** What a specification is about. */
export interface SpecificationOptions {
  /** Default: some UUID. */
  readonly aggregateId?: string | undefined
}

/**
 * Given these events, when this command comes, then this is decided. Events and commands are said without what the library fills
 * in: ids, times, causes, and the id of the aggregate.
 *
 * ```ts
 * const { given } = specification(Parcel)
 * given(sent)
 *   .when({ command_type: "LabelParcel", label_id, title: "Glass", kind: "Fragile" })
 *   .isAccepted({ event_type: "ParcelLabelled", label_id, title: "Glass", kind: "Fragile" })
 *   .when({ command_type: "LabelParcel", label_id, title: "Glass", kind: "Fragile" })
 *   .isRejected("LabelTaken")
 * ```
 */
export const specification = <
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits,
  Inputs,
  Name extends string
>(
  aggregate: Aggregate<Commands, Events, Error, State, Limits, Inputs, Name>,
  options: SpecificationOptions = {}
): {
  readonly given: (
    ...events: ReadonlyArray<BareEventOf<Name, Events[keyof Events]>>
  ) => Given<BareEventOf<Name, Events[keyof Events]>, BareCommandOf<Name, Inputs>, Error, State, Limits>
} => {
  const story = new Story(aggregate, options.aggregateId ?? uuidOf(0))
  return { given: (...events) => story.given(events as unknown as ReadonlyArray<BareEvent>) as never }
}

interface BareEvent {
  readonly event_type: string
  readonly [field: string]: unknown
}

/** What has happened so far. */
interface History {
  readonly state: Kept
  readonly types: ReadonlyArray<string>
  readonly commands: number
  readonly now: number
}

type AnyGiven = Given<BareEvent, BareCommand, AnyError, Kept, unknown>
type AnyDecided = Decided<BareEvent, BareCommand, AnyError, Kept, unknown>

const begin = Date.parse("2026-01-01T00:00:00.000Z")

class Story {
  private readonly aggregate: AnyAggregate
  private readonly id: string

  constructor(aggregate: AnyAggregate, id: string) {
    this.aggregate = aggregate
    this.id = id
  }

  given(events: ReadonlyArray<BareEvent>): AnyGiven {
    const { decider } = this.aggregate
    const nothing: History = { state: decider.initial(this.id) as Kept, types: [], commands: 0, now: begin }
    return this.after(events.reduce((history, bare) => {
      const commandId = commandIdOf(history.commands)
      const event = this.stored(this.complete(bare, commandId, history.now))
      return {
        state: decider.evolve(history.state, event, history.state.version + 1) as Kept,
        types: [...history.types, bare.event_type],
        commands: history.commands + 1,
        now: history.now + 1_000
      }
    }, nothing))
  }

  /** The event as it would have been recorded. */
  private complete(bare: BareEvent, commandId: string, now: number): AnyEvent {
    const { idField, name, events } = this.aggregate.catalog
    const known = events.byType.get(bare.event_type)
    if (known === undefined) throw new Error(`given: ${bare.event_type} is no event of ${name}`)
    const id = deriveId(name, commandId, `event:${this.id}`)
    return {
      event_id: id,
      identity: { correlation_id: { kind: "Single", value: commandId }, causation_id: commandId, message_id: id },
      ...(idField in known.fields ? { [idField]: this.id } : {}),
      occurred_at: timestampFromMillis(now),
      issued_by: null,
      ...bare,
      schema_version: events.schemaVersion
    } as unknown as AnyEvent
  }

  /** The event as a store gives it; what a store would not take is no history. */
  private stored(event: AnyEvent): AnyEvent {
    const { events: codec } = this.aggregate
    try {
      return codec.decode(recordOf(codec.encode(event))) as AnyEvent
    } catch (thrown) {
      throw new Error(`given ${event.event_type}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
        cause: thrown
      })
    }
  }

  private after(history: History): AnyGiven {
    return { state: history.state, when: (command, options) => this.decided(history, command, options ?? {}) }
  }

  private decided(history: History, bare: BareCommand, options: WhenOptions<unknown>): AnyDecided {
    const { decider, makeContext } = this.aggregate
    const { commandId = commandIdOf(history.commands), limits, now = history.now, policy } = options
    const command = completed(this.aggregate, this.id, commandId, bare)
    const context = makeContext({ commandId, now, limits: limits, policy })
    const decision = decider.decide(history.state, command, context) as Decision<AnyEvent, AnyError>
    const events = decision._tag === "Accepted" ? decision.events : []
    const next = () =>
      this.after({
        state: events.reduce<Kept>(
          (state, event) =>
            decider.evolve(
              state,
              event,
              state.version + 1,
              decider.factsOf?.(command)
            ) as Kept,
          history.state
        ),
        types: [...history.types, ...events.map(({ event_type }) => event_type)],
        commands: history.commands + 1,
        now: now + 1_000
      })
    const title = `${bare.command_type} ${
      history.types.length === 0 ? "at first" : `after ${history.types.join(", ")}`
    }`
    const check = (expected: Said, came: Said) => {
      if (!isSame(expected, came)) {
        assert.fail(came, expected, `${title}\n  expected  ${line(expected)}\n  came      ${line(came)}`)
      }
      return next()
    }
    const came = (like: ReadonlyArray<BareEvent> = []): Said => this.said(decision, like)
    return {
      isAccepted: (...events) => check({ _tag: "Accepted", events }, came(events)),
      isRejected: (tag, details) => {
        const said = came()
        const isAny = details === undefined && said._tag === "Rejected"
        return check({ _tag: "Rejected", error: tag, details: isAny ? said.details : details ?? {} }, said)
      },
      changesNothing: () => check({ _tag: "NoChange" }, came()),
      isDuplicate: () => check({ _tag: "Duplicate" }, came())
    }
  }

  /** A decision as a test says it: of each event what the expected one in its place speaks of, too. */
  private said(decision: Decision<AnyEvent, AnyError>, like: ReadonlyArray<BareEvent>): Said {
    if (decision._tag === "Rejected") {
      const { _tag, details } = decision.rejection
      return { _tag: "Rejected", error: _tag, details }
    }
    if (decision._tag !== "Accepted") return { _tag: decision._tag }
    const { idField } = this.aggregate.catalog
    const filledIn = [...eventEnvelopeFields.filter((field) => field !== "event_type"), "occurred_at", idField]
    return {
      _tag: "Accepted",
      events: decision.events.map((event, index) =>
        Object.fromEntries(
          Object.entries(event).filter(([field]) =>
            !filledIn.includes(field) || Object.hasOwn(like[index] ?? {}, field)
          )
        ) as unknown as BareEvent
      )
    }
  }
}

type Said =
  | { readonly _tag: "Accepted"; readonly events: ReadonlyArray<BareEvent> }
  | { readonly _tag: "Rejected"; readonly error: string; readonly details: unknown }
  | { readonly _tag: "NoChange" | "Duplicate" | "Forgotten" }

const isSame = (one: unknown, other: unknown): boolean => {
  try {
    assert.deepStrictEqual(one, other)
    return true
  } catch {
    return false
  }
}

const line = (said: Said): string => {
  switch (said._tag) {
    case "Accepted":
      return said.events.map(({ event_type, ...fields }) => `${event_type} ${short(fields)}`).join(", ")
    case "Rejected":
      return `rejected with ${said.error} ${short(said.details)}`
    case "NoChange":
      return "no change"
    default:
      return "a duplicate"
  }
}

const shownMax = 200

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? ""
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}

const commandIdOf = (number: number): string => uuidOf(100 + number)
