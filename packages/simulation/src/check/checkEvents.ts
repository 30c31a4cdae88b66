import { differences } from "../model/differences.ts"
import { eventTable } from "../model/eventTable.ts"
import { expect, type ExpectedEvent } from "../model/expect.ts"
import { modelLimits } from "../model/Plan.ts"
import type { Asked } from "../model/readRequest.ts"
import { type Evidence, wallClock } from "./Evidence.ts"
import { endOfAnswer, keyOf, type Sending } from "./readCommands.ts"
import type { Replayed, ReplayedEvent } from "./Replayed.ts"
import type { Violation } from "./Violation.ts"

/**
 * Every event is what the specification gives for a command that was sent, at its place, in every letter; stands after
 * everything that had been acknowledged before that command was first sent; says truly when it occurred; and some sending of its
 * command can have led to it.
 */
export const checkEvents = (evidence: Evidence): ReadonlyArray<Violation> =>
  [...evidence.replays.values()].flatMap((replayed) =>
    replayed.events.flatMap((event) => checkEvent(evidence, replayed, event))
  )

const checkEvent = (
  evidence: Evidence,
  replayed: Replayed,
  event: ReplayedEvent
): ReadonlyArray<Violation> => {
  const { organizationId } = replayed
  const { commandId, message, version } = event
  const violation = (kind: Violation["kind"], detail: string): Violation => ({
    kind,
    organizationId,
    commandId,
    sequence: message.sequence,
    detail
  })
  const sendings = evidence.sendings.get(keyOf(commandId, organizationId))
  if (sendings === undefined) return [violation("unsent", "nobody sent its command")]
  const firstSentAt = Math.min(...sendings.map((sending) => sending.firstSentAt))
  const bound = evidence.acknowledged.before(organizationId, firstSentAt)
  const found: Array<Violation> = []
  if (version <= bound) {
    found.push(violation("misplaced", `version ${version} came after version ${bound} had been acknowledged`))
  }
  found.push(...checkTime(evidence, replayed, event, firstSentAt).map((detail) => violation("untimely", detail)))
  const decided = sendings.map((sending) => ({ sending, ...decidedBy(sending.asked, replayed, event) }))
  const right = decided.filter(({ wrong }) => wrong.length === 0)
  if (right.length === 0) {
    return [...found, violation("undecided", `at version ${version - 1}: ${decided[0]!.wrong.join("; ")}`)]
  }
  const labels = right.map(({ event: expected, sending }) =>
    wrongLabels(sending.asked, expected!, event, organizationId)
  )
  if (labels.every((wrong) => wrong.length > 0)) found.push(violation("mislabelled", labels[0]!.join("; ")))
  if (!right.some(({ sending }) => sending.attempts.some(mayHaveStored))) {
    found.push(violation("disowned", "every sending of its command was told that it had no effect"))
  }
  return found
}

/** What is wrong with an event as the effect of a command at its place. */
const decidedBy = (
  asked: Asked,
  { states }: Replayed,
  { data, message, type, version }: ReplayedEvent
): { readonly event: ExpectedEvent | null; readonly wrong: ReadonlyArray<string> } => {
  if (data === null) return { event: null, wrong: ["it cannot be read"] }
  const occurredAt = typeof data["occurred_at"] === "string" ? Date.parse(data["occurred_at"]) : Number.NaN
  if (Number.isNaN(occurredAt)) return { event: null, wrong: ["it does not say when it occurred"] }
  const expected = expect({ organization: states[version - 1]!, asked, now: occurredAt, limits: modelLimits })
  if (expected.is !== "accepted") {
    const tag = expected.is === "refused" ? ` with ${expected.refusals.map((each) => each.tag).join(" or ")}` : ""
    return { event: null, wrong: [`the command is ${expected.is}${tag}`] }
  }
  const wrong = [
    ...(expected.event.type === type ? [] : [`it is ${type} instead of ${expected.event.type}`]),
    ...differences(expected.event.data, data),
    ...(JSON.stringify(data) === message.data ? [] : ["it is not written as JSON is written"])
  ]
  return { event: expected.event, wrong }
}

/** Subject and headers that are not as 4.2 and 4.6 have them. */
const wrongLabels = (
  asked: Asked,
  { id, type }: ExpectedEvent,
  { message }: ReplayedEvent,
  organizationId: string
): ReadonlyArray<string> => {
  const expected: Readonly<Record<string, string | undefined>> = {
    "Nats-Msg-Id": id,
    "X-Aggregate-ID": organizationId,
    "X-Event-Type": type,
    "X-Event-Version": "2",
    "X-Correlation-ID": asked.correlation.value,
    "X-Causation-ID": asked.commandId,
    "X-Command-ID": asked.commandId,
    "X-Command-Type": asked.commandType,
    "X-Command-Digest": asked.digest,
    "Content-Type": "application/json",
    // Others are written in a way of headers alone.
    ...(/^[\w-]*$/.test(asked.actor ?? "") ? { "X-Actor": asked.actor ?? undefined } : {})
  }
  const subject = `organization.events.${organizationId}.${eventTable[type]?.token}`
  return [
    ...(message.subject === subject ? [] : [`its subject is ${message.subject} instead of ${subject}`]),
    ...Object.entries(expected).filter(([name, value]) => message.headers[name] !== value)
      .map(([name, value]) => `${name} is ${message.headers[name]} instead of ${value}`)
  ]
}

/** A clock tells whole milliseconds. */
const slackMillis = 1

const checkTime = (
  evidence: Evidence,
  { organizationId, states }: Replayed,
  { data, version }: ReplayedEvent,
  firstSentAt: number
): ReadonlyArray<string> => {
  const occurredAt = data?.["occurred_at"]
  const before = states[version - 1]!.updatedAt
  if (typeof occurredAt !== "string") return []
  if (before !== null && occurredAt < before) return [`it occurred at ${occurredAt}, before the one before it`]
  // Where a clock was behind the one before, an event takes the moment of that.
  if (occurredAt === before) return []
  const { skew } = evidence.history.clocks
  const at = Date.parse(occurredAt)
  const told = evidence.acknowledged.since(organizationId, version)
  if (at + slackMillis + skew < wallClock(evidence, firstSentAt)) {
    return [`it occurred at ${occurredAt}, before its command was sent`]
  }
  return at - slackMillis - skew > wallClock(evidence, told)
    ? [`it occurred at ${occurredAt}, after it was acknowledged`]
    : []
}

/** Failures of requests that no replica was given. */
const neverSent: ReadonlySet<string> = new Set(["NoResponders", "Disconnected", "Busy", "TooLarge"])

/** Ends of requests that say nothing of what became of them. */
const open: ReadonlySet<string> = new Set(["applied", "STORE_UNAVAILABLE", "INTERNAL", "none"])

const mayHaveStored = ({ answers, failure }: Sending["attempts"][number]): boolean =>
  answers.length === 0
    ? failure === null || !neverSent.has(failure)
    : answers.some((answer) => open.has(endOfAnswer(answer)))
