import * as Aggregate from "@cim-domain/commands/Aggregate"
import type { AnyAggregate, AnyDefinition } from "@cim-domain/commands/Aggregate"
import * as Event from "@cim-domain/commands/Event"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { isOpaque } from "@cim-domain/commands/history/OpaqueEvent"
import * as State from "@cim-domain/commands/State"
import { brokenLaws } from "@cim-domain/event-sourcing/testing/Law"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema, SchemaGetter } from "effect"
import { lawsOfAggregates } from "../src/testing/aggregateLaws.ts"
import { walkedId } from "../src/testing/domainArbitraries.ts"
import { Parcel, parcelExamples, ParcelState } from "../src/testing/Parcel.ts"

// The mistakes that authors made, each planted: how it is caught, or why it cannot be made.

const { definition } = Parcel

/** The parcel with a mistake in its definition. */
const planted = (changes: object): AnyAggregate => Aggregate.make({ ...definition, ...changes } as AnyDefinition)

/** The parcel with a mistake in what the library makes of its definition, which no author can make. */
const broken = (changes: Partial<AnyAggregate>): AnyAggregate => ({
  ...(Parcel as unknown as AnyAggregate),
  ...changes
})

/** Finds the laws that a domain breaks, and sees that this one is among them and says why. */
const caught = (domain: AnyAggregate, law: string, why: RegExp, runs = 25) =>
  Effect.gen(function*() {
    const laws = lawsOfAggregates(domain, { runs }).filter(({ name }) => name.startsWith(law))
    assert.lengthOf(laws, 1)
    const [found] = yield* brokenLaws(laws)
    assert.isDefined(found, `nothing catches it: ${law}`)
    assert.match(found.why, why)
  })

const { decide, evolve } = Parcel.decider
type Decide = AnyAggregate["decider"]["decide"]
const withDecide = (decide: Decide) => broken({ decider: { ...(Parcel.decider as AnyAggregate["decider"]), decide } })

/** The definition whose `decide` adds to each of the accepted events. */
const deciding = (change: (event: object, index: number) => object) =>
  planted({
    decide: (...given: Parameters<typeof definition.decide>) => {
      const decision = definition.decide(...given)
      return decision._tag === "Accepted" ? { ...decision, events: decision.events.map(change) } : decision
    }
  })

describe("one id for all events", () => {
  it("cannot be made by a domain: ids follow from the command", () => {
    const stubborn = deciding((event) => ({ ...event, event_id: "0198c0de-0000-7000-8000-00000000000e" }))
    const context = stubborn.makeContext({ commandId: "0198c0de-1000-7000-8000-000000000001", now: 0 })
    const { command_type, ...fields } = parcelExamples.begins
    const made = stubborn.makeCommand(command_type, "0198c0de-1000-7000-8000-000000000001", {
      ...fields,
      parcel_id: walkedId
    })
    const decision = stubborn.decider.decide(stubborn.decider.initial(walkedId), Result.getOrThrow(made), context)
    assert(decision._tag === "Accepted")
    assert.strictEqual(decision.events[0].event_id, context.id(`event:${walkedId}`))
  })

  it.effect("is seen", () =>
    caught(
      withDecide((state, command, context, found) => {
        const decision = decide(state, command, context, found)
        return decision._tag === "Accepted"
          ? { ...decision, events: decision.events.map((event) => ({ ...event, event_id: walkedId })) as never }
          : decision
      }),
      "every event has an id of its own",
      /have one id/
    ))
})

describe("two types with one token, a dot or a blank in a token", () => {
  it("cannot be made: the definition is refused", () => {
    for (const token of ["parcel.moved", "parcel moved", "parcel_sent"]) {
      const { ParcelMoved, ...others } = definition.events
      const events = { ...others, ParcelMoved: Event.make(ParcelMoved, { token }) }
      assert.throws(() => planted({ events }), Error, token)
    }
  })

  const named = (token: string) =>
    broken({
      subjects: { ...Parcel.subjects, eventTokens: { ...Parcel.subjects.eventTokens, ParcelMoved: token } } as never
    })
  it.effect("are seen", () =>
    Effect.all([
      caught(named("parcel.moved"), "tokens and types are bijective", /the token of event ParcelMoved/),
      caught(named("parcel moved"), "tokens and types are bijective", /the token of event ParcelMoved/),
      caught(named("parcel_sent"), "tokens and types are bijective", /two events have the token parcel_sent/)
    ], { discard: true }))
})

describe("a constant fingerprint", () => {
  it("cannot be made by a domain: it follows from the definition", () => {
    const others = [
      planted({ evolveVersion: 2 }),
      planted({ events: { ...definition.events, ParcelLost: {} } }),
      planted({ events: { ...definition.events, ParcelDelivered: { signed_by: Schema.NullOr(Schema.String) } } }),
      planted({
        state: Schema.Struct({ ...ParcelState.fields, lost: Schema.Boolean }),
        initial: { ...definition.initial, lost: false }
      })
    ]
    const fingerprints = [Parcel, ...others].map(({ states }) => states.fingerprint)
    assert.strictEqual(new Set(fingerprints).size, fingerprints.length)
  })

  it.effect("is seen", () =>
    caught(
      broken({ states: { ...(Parcel.states as AnyAggregate["states"]), fingerprint: "0000000000000000" } }),
      "the fingerprint of states changes",
      /the same definition, another fingerprint/
    ))
})

describe("a decision on a history that cannot be read", () => {
  it.effect("cannot be made by a domain: it is not asked, and if it were, this would be seen", () =>
    caught(
      withDecide((state, command, context, found) =>
        decide({ ...state, unknown_events: Parcel.decider.initial(walkedId).unknown_events }, command, context, found)
      ),
      "nothing is decided on a history that cannot be read",
      /Rejected (UpgradeRequired|StreamUnreadable)/
    ))
})

describe("a command that takes effect twice", () => {
  it.effect("cannot be made by a domain: a repetition is known before it is asked, and if it were not, this would be seen", () =>
    Effect.all([
      caught(
        withDecide((state, command, context, found) =>
          decide(
            { ...state, recent_commands: Parcel.decider.initial(walkedId).recent_commands },
            command,
            context,
            found
          )
        ),
        "a repeated command is a duplicate, with other content a conflict",
        /again/
      ),
      caught(
        broken({
          decider: {
            ...(Parcel.decider as AnyAggregate["decider"]),
            factsOf: ({ command_type: type }) => ({ type, digest: null })
          }
        }),
        "a repeated command is a duplicate, with other content a conflict",
        /with other content/
      )
    ], { discard: true }))
})

describe("an evolve that counts no version", () => {
  it.effect("cannot be made by a domain: the library counts, and if it did not, this would be seen", () =>
    caught(
      broken({
        decider: {
          ...(Parcel.decider as AnyAggregate["decider"]),
          evolve: (state, event, position, facts) => {
            const next = evolve(state, event, position, facts)
            return next.anomalies.count > state.anomalies.count ? state : next
          }
        }
      }),
      "evolve is total and every event counts one version",
      /to equal/
    ))
  it.effect("nor may it throw", () =>
    caught(
      planted({
        evolve: (state: Parameters<typeof definition.evolve>[0], event: Parameters<typeof definition.evolve>[1]) => {
          if (event["event_type"] === "ParcelMoved" && state.to === null) throw new Error("moved from nowhere")
          return definition.evolve(state, event)
        }
      }),
      "evolve is total",
      /moved from nowhere/
    ))
})

describe("a codec that throws", () => {
  const touchy = Schema.String.pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transform((text: string) => {
        if (text.startsWith("A")) throw new Error("no A")
        return text
      }),
      encode: SchemaGetter.passthrough()
    })
  )
  const signed = (signed_by: Schema.Top) =>
    planted({ events: { ...definition.events, ParcelDelivered: { signed_by } } })

  it("makes no event unreadable for ever: it is one that this version cannot read", () => {
    const domain = signed(touchy)
    const data = JSON.stringify({
      event_type: "ParcelDelivered",
      event_id: walkedId,
      identity: { correlation_id: walkedId, causation_id: walkedId, message_id: walkedId },
      parcel_id: walkedId,
      signed_by: "Ada",
      occurred_at: "2026-01-01T00:00:00.000Z"
    })
    const read = (text: string) =>
      domain.events.decode({
        aggregateId: walkedId,
        id: walkedId,
        type: "ParcelDelivered",
        version: 1,
        position: 1,
        time: 0,
        commandId: null,
        correlationId: null,
        data: text
      })
    assert.isTrue(isOpaque(read(data)))
    assert.isFalse(isOpaque(read(data.replace("Ada", "Zoe"))))
  })

  it.effect("is seen", () => caught(signed(touchy), "any event comes back", /cannot be read/))

  it.effect("of a command is seen", () => {
    const { commands } = definition
    const domain = planted({
      commands: { ...commands, DeliverParcel: { ...commands["DeliverParcel"], signed_by: touchy } }
    })
    return caught(domain, "a command that is written is read as the same", /no A|schema issues/, 200)
  })

  it.effect("of states makes a snapshot worth nothing, and is seen", () => {
    const domain = planted({
      state: State.make(ParcelState, {
        of: (state: object) => state as never,
        read: (stored) => {
          if (stored.signed_by !== null) throw new Error("unexpected")
          return Result.succeed(stored)
        }
      })
    })
    const delivered = { ...domain.decider.initial(walkedId), signed_by: "Zoe" }
    const read = domain.states.decode(domain.states.encode(delivered))
    assert.deepStrictEqual(read, Result.fail("reading it throws: Error: unexpected"))
    return caught(domain, "a snapshot is the state, to the byte", /reading it throws/)
  })
})

describe("a field that is lost in a round trip", () => {
  /** A struct of which `lng` is not written. */
  const flat = Schema.Struct({ lat: Schema.Finite }).pipe(
    Schema.decodeTo(Schema.Struct({ lat: Schema.Finite, lng: Schema.Finite }), {
      decode: SchemaGetter.transform(({ lat }) => ({ lat, lng: 0 })),
      encode: SchemaGetter.transform(({ lat }) => ({ lat }))
    })
  )
  const law = "no field is lost in a round trip"

  it.effect("is seen in a command, an event and a state", () => {
    const { commands, events, initial } = definition
    const field = { where: Schema.NullOr(flat) }
    return Effect.all([
      caught(
        planted({ commands: { ...commands, MoveParcel: { ...commands["MoveParcel"], ...field } } }),
        law,
        /MoveParcel: where\.lng/
      ),
      caught(
        planted({ events: { ...events, ParcelMoved: { ...events["ParcelMoved"], ...field } } }),
        law,
        /ParcelMoved: where\.lng/
      ),
      caught(
        planted({ state: Schema.Struct({ ...ParcelState.fields, ...field }), initial: { ...initial, where: null } }),
        law,
        /the state: where\.lng/
      )
    ], { discard: true })
  })

  it.effect("is seen when the state forgets it in its snapshot", () =>
    caught(
      planted({
        state: State.make(ParcelState, {
          of: (state: object) => state as typeof ParcelState.Type,
          read: (stored) => Result.succeed({ ...stored, due: null })
        })
      }),
      "a snapshot is the state",
      /not equal|to equal|lost something/
    ))

  it.effect("is seen when an event says more than its schema", () =>
    caught(
      deciding((event) => ({ ...event, weather: "rain" })),
      "what is read of a store is what was recorded",
      /of a store is not what was recorded/
    ))
})

describe("what else a domain may get wrong", () => {
  const refusing = (rejection: object) => planted({ decide: () => ({ _tag: "Rejected", rejection }) })

  it.effect("a refusal that is no error of the definition is seen", () =>
    caught(
      refusing({ _tag: "Weather", message: "rain" }),
      "only what is accepted has events",
      /Weather, which is no error/
    ))

  it.effect("an event that nobody defined is seen", () =>
    caught(
      deciding((event) => ({ ...event, event_type: "ParcelLost" })),
      "only what is accepted has events",
      /SendParcel makes ParcelLost happen, which is no event/
    ))

  it.effect("an accepted event that does not apply is seen", () =>
    caught(
      planted({ evolve: () => new Unfit("it never does") }),
      "what is accepted applies, in full",
      /is accepted, and then: it never does/
    ))

  it.effect("an event that changes nothing is seen, unless it is named as such", () =>
    Effect.gen(function*() {
      const domain = planted({
        evolve: (...given: Parameters<typeof definition.evolve>) =>
          given[1]["event_type"] === "ParcelLabelled" ? given[0] : definition.evolve(...given)
      })
      yield* caught(domain, "what is accepted applies, in full", /ParcelLabelled changes nothing/)
      const laws = lawsOfAggregates(domain, { runs: 25, silent: ["ParcelLabelled"] })
      assert.deepStrictEqual(yield* brokenLaws(laws.filter(({ name }) => name.startsWith("what is accepted"))), [])
    }))

  it.effect("a clock, or chance, is seen", () => {
    let calls = 0
    return caught(
      deciding((event) => "due" in event ? { ...event, due: calls++ } : event),
      "equal arguments give equal results",
      /equal/
    )
  })

  it.effect("an event that names no creation is seen", () =>
    caught(
      planted({ events: { ...definition.events, ParcelLabelled: definition.events["ParcelLabelled"].fields } }),
      "a repeated command is a duplicate",
      /its event is to be made with \{ creates: "label_id" \}/
    ))

  it.effect("a write to the state is seen", () =>
    caught(
      planted({
        decide: (...given: Parameters<typeof definition.decide>) => {
          given[0].labels.push({ label_id: walkedId, title: "x", kind: "Express" })
          return definition.decide(...given)
        }
      }),
      "deciding and evolving write to no state",
      /object is not extensible|read only/
    ))

  it.effect("half a surrogate pair in an event is seen", () =>
    caught(
      deciding((event) => "signed_by" in event ? { ...event, signed_by: "\ud83d" } : event),
      "events and snapshots are text that any reader of JSON takes",
      /half a surrogate pair/
    ))

  it.effect("nothing is found in a domain without a mistake", () =>
    Effect.map(brokenLaws(lawsOfAggregates(planted({}), { runs: 5 })), (found) => assert.deepStrictEqual(found, [])))
})
