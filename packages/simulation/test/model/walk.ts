import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { organization, organizationEventCodec, organizationStateCodec } from "@cim-domain/organization"
import { Effect } from "effect"
import { driftOf } from "../../src/check/checkStates.ts"
import { apply } from "../../src/model/apply.ts"
import { differences } from "../../src/model/differences.ts"
import { eventTable } from "../../src/model/eventTable.ts"
import { expect, type Expected } from "../../src/model/expect.ts"
import { differencesOfAnswer, type ExpectedAnswer, refusalTo, successTo } from "../../src/model/ExpectedAnswer.ts"
import { type Fields, isFields, readJson } from "../../src/model/Json.ts"
import { absent, type ModelEntry, type ModelOrganization } from "../../src/model/ModelOrganization.ts"
import { type ModelLimits, modelLimits } from "../../src/model/Plan.ts"
import { readRequest } from "../../src/model/readRequest.ts"
import type { ComposedCommand } from "../../src/requests/composeCommand.ts"
import { makeCommandMix } from "../../src/requests/makeCommandMix.ts"
import { makeOrganizations } from "../../src/requests/Organizations.ts"
import { makeRandomness } from "../../src/time/Randomness.ts"
import { type Happened, makeServiceInMemory } from "./ServiceInMemory.ts"

/** Where service and model disagree, with what is needed to see why. */
export interface Disagreement {
  readonly step: number
  readonly command: ComposedCommand
  readonly answer: string
  readonly expected: string
  readonly why: ReadonlyArray<string>
}

/** What came how often, so that a test sees that a walk went everywhere. */
export interface WalkReport {
  readonly disagreements: ReadonlyArray<Disagreement>
  readonly tally: ReadonlyMap<string, number>
  /** What came of each command, and the events that were stored. */
  readonly ends: ReadonlyArray<string>
  readonly stored: ReadonlyArray<Fields>
}

/** Sends `steps` commands of the mix. */
export const walk = (seed: number, steps: number, limits: Partial<ModelLimits> = {}) => {
  const organizations = makeOrganizations(makeRandomness(seed, "organizations"), 4)
  const next = makeCommandMix(makeRandomness(seed, "mix"), organizations)
  return follow(steps, next, organizations.hear, limits)
}

/** Sends these commands. */
export const walkAlong = (commands: ReadonlyArray<ComposedCommand>) => {
  let sent = 0
  return follow(commands.length, () => commands[sent++]!, () => {}, {})
}

/** Sends `steps` commands to the real service on memory and asks the model about each. */
const follow = Effect.fnUntraced(function*(
  steps: number,
  next: () => ComposedCommand,
  hear: (organizationId: string, reply: string) => void,
  limits: Partial<ModelLimits>
) {
  const bounds = { ...modelLimits, ...limits }
  const service = yield* makeServiceInMemory(
    Object.keys(limits).length === 0 ? {} : { limits: { ...bounds, organizationBytes: 2 ** 25 } }
  )
  const models = new Map<string, ModelOrganization>()
  const states = new Map<string, ReturnType<typeof organization.initial>>()
  const tally = new Map<string, number>()
  const disagreements: Array<Disagreement> = []
  const ends: Array<string> = []
  const stored: Array<Fields> = []
  for (let step = 0; step < steps; step++) {
    const command = next()
    const madeUp = command.organizationId
    const asked = readRequest(command, madeUp)
    const id = asked.organizationId ?? command.organizationId
    const before = models.get(id) ?? absent(id)
    const happened = yield* service.ask(command, [...new Set([id, command.organizationId])])
    const judged = judge(before, asked, happened, bounds)
    const why = [...judged.why]
    let after = before
    for (const event of happened.events) {
      stored.push(readJson(event.data) as Fields)
      after = apply(after, { type: event.type, data: readJson(event.data) as Fields }, entryOf(event))
      const state = organization.evolve(
        states.get(id) ?? organization.initial(id),
        organizationEventCodec.decode(event),
        event.position,
        event.command ?? null
      )
      states.set(id, state)
      why.push(...driftOf(after, organizationStateCodec.encode(state)))
    }
    models.set(id, after)
    const name = `${asked.commandType} ${outcomeOf(happened.body)}`
    tally.set(name, (tally.get(name) ?? 0) + 1)
    ends.push(outcomeOf(happened.body))
    hear(id, happened.body)
    if (why.length > 0) {
      disagreements.push({ step, command, answer: happened.body, expected: JSON.stringify(judged.expected), why })
    }
  }
  return { disagreements, tally, ends, stored } satisfies WalkReport
}, Effect.scoped)

const entryOf = (event: RecordedEvent): ModelEntry => ({
  commandId: event.commandId ?? "",
  commandType: event.command?.type ?? "",
  digest: event.command?.digest ?? null,
  eventId: event.id ?? "",
  eventType: event.type,
  version: event.version,
  sequence: event.position
})

const outcomeOf = (body: string): string => {
  const reply = readJson(body)
  if (!isFields(reply)) return "nothing"
  const { failure, outcome } = reply
  return JSON.stringify(outcome ?? (isFields(failure) ? failure["_tag"] : null)).replaceAll("\"", "")
}

const judge = (
  before: ModelOrganization,
  asked: ReturnType<typeof readRequest>,
  { body, events, headers, to }: Happened,
  limits: ModelLimits
): { readonly expected: Expected | string; readonly why: ReadonlyArray<string> } => {
  const against = (answers: ReadonlyArray<ExpectedAnswer>) => {
    const all = answers.map((answer) => differencesOfAnswer(answer, { body, headers }))
    return all.some((each) => each.length === 0) ? [] : all[0]!
  }
  const none = events.length === 0 ? [] : ["events were stored"]
  if ("refusal" in asked) {
    return { expected: asked.refusal.tag, why: [...none, ...against([refusalTo(asked, asked.refusal, null)])] }
  }
  const stored = events[0]
  const data = stored === undefined ? undefined : readJson(stored.data) as Fields
  const now = data === undefined ? to : Date.parse(data["occurred_at"] as string)
  const expected = expect({ organization: before, asked, now, limits })
  const { version } = before
  switch (expected.is) {
    case "refused":
      return { expected, why: [...none, ...against(expected.refusals.map((each) => refusalTo(asked, each, version)))] }
    case "unchanged":
      return { expected, why: [...none, ...against([successTo(asked, { outcome: "no_change", version })])] }
    case "repeated":
      return {
        expected,
        why: [...none, ...against([successTo(asked, { outcome: "duplicate", version, entry: expected.entry })])]
      }
    case "accepted": {
      const { event } = expected
      if (asked.isDryRun) {
        return {
          expected,
          why: [...none, ...against([successTo(asked, { outcome: "dry_run", version: version + 1, event })])]
        }
      }
      if (stored === undefined || data === undefined || events.length !== 1) {
        return { expected, why: ["no event", body] }
      }
      const entry = entryOf(stored)
      return {
        expected,
        why: [
          ...differences(event.data, data, "event"),
          ...against([successTo(asked, { outcome: "applied", version: version + 1, entry })]),
          ...(eventTable[event.type]!.token === undefined ? ["no token"] : []),
          ...(stored.command?.digest === asked.digest ? [] : [`digest ${stored.command?.digest} not ${asked.digest}`]),
          ...(stored.id === event.id && stored.type === event.type && stored.version === version + 1 ? [] : ["headers"])
        ]
      }
    }
  }
}
