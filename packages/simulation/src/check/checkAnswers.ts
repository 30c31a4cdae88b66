import { expect } from "../model/expect.ts"
import { differencesOfAnswer, type ExpectedAnswer, refusalTo, successTo, type Taken } from "../model/ExpectedAnswer.ts"
import { type Fields, isFields } from "../model/Json.ts"
import type { ModelEntry } from "../model/ModelOrganization.ts"
import { modelLimits } from "../model/Plan.ts"
import type { Asked } from "../model/readRequest.ts"
import { codeOf, errorTable } from "../model/Refusal.ts"
import { type Evidence, isDisturbed, replayedOf, wallClock } from "./Evidence.ts"
import type { Answer, Attempt } from "./History.ts"
import { endOfAnswer, isAsked, keyOf, type ReadCommand, replyOf } from "./readCommands.ts"
import type { Violation, ViolationKind } from "./Violation.ts"

/** Answers that say nothing but "send it again". */
const evasions: ReadonlySet<string> = new Set(["STORE_UNAVAILABLE", "OVERLOADED", "CONCURRENCY_EXHAUSTED"])

/** What is wrong with an answer; `null` when nothing is. */
type Wrong = readonly [ViolationKind, string] | null

/**
 * Every request is answered once, and every answer is, in every field, what the specification says at the version that it names,
 * and that version was the current one at some moment between the question and the answer.
 */
export const checkAnswers = (evidence: Evidence): ReadonlyArray<Violation> =>
  evidence.commands.flatMap((command) =>
    command.sent.attempts.flatMap((attempt) => {
      const { commandId, organizationId } = command.sent
      const all = [
        countAnswers(evidence, attempt),
        ...attempt.answers.map((answer) => explain(evidence, command, attempt, answer))
      ]
      return all.filter((wrong) => wrong !== null).map(([kind, detail]): Violation => ({
        kind,
        organizationId,
        commandId,
        detail
      }))
    })
  )

const countAnswers = (evidence: Evidence, { answers, endedAt, failure, sentAt }: Attempt): Wrong => {
  if (answers.length > 1) {
    return [
      "repeated",
      `answered ${answers.length} times: ${answers.map(({ body }) => body).join(" and ")}`
    ]
  }
  if (answers.length === 1) return null
  if (failure === null) return ["silent", "no answer, and no reason why"]
  return isDisturbed(evidence, sentAt, endedAt)
    ? null
    : ["silent", `no answer (${failure}), though nothing was disturbed`]
}

const explain = (evidence: Evidence, { asked }: ReadCommand, attempt: Attempt, answer: Answer): Wrong => {
  const reply = replyOf(answer)
  if (reply === null) return ["inexplicable", `no reply: ${answer.body}`]
  const end = endOfAnswer(answer)
  if (evasions.has(end)) return explainEvasion(evidence, end, reply, attempt, answer)
  if (!isAsked(asked)) return compare([refusalTo(asked, asked.refusal, null)], answer, "the message is none")
  const named = reply["version"]
  if (typeof named !== "number") return ["inexplicable", `an answer without a version: ${answer.body}`]
  const { events, states } = replayedOf(evidence, asked.organizationId)
  const claims = end === "applied" || end === "duplicate"
  const version = end === "dry_run" ? named - 1 : named
  if (states[version] === undefined) {
    return [claims ? "lost" : "premature", `told version ${named}, there are ${events.length}`]
  }
  const wrong = claims
    ? explainClaim(evidence, asked, version, attempt, answer)
    : compare(permitted(evidence, asked, version, attempt), answer, `at version ${version}`)
  if (wrong !== null) return wrong
  const bound = evidence.acknowledged.before(asked.organizationId, attempt.sentAt)
  if (version < bound) {
    return ["stale", `answered from version ${version} after version ${bound} had been acknowledged`]
  }
  const began = evidence.sendings.get(keyOf(events[version - 1]?.commandId ?? "", asked.organizationId))
  return began !== undefined && began.every(({ firstSentAt }) => firstSentAt > answer.at)
    ? ["premature", `version ${version} had not begun when it was named`]
    : null
}

const compare = (expected: ReadonlyArray<ExpectedAnswer>, answer: Answer, where: string): Wrong => {
  const all = expected.map((each) => differencesOfAnswer(each, answer))
  if (all.some((each) => each.length === 0)) return null
  const nearest = all.toSorted((left, right) => left.length - right.length)[0] ?? ["no answer before it is stored"]
  return ["inexplicable", `${where}: ${nearest.join("; ")}; told ${answer.body}`]
}

/** That something is not possible now, which needs no state, but is of the right kind, and true. */
const explainEvasion = (
  evidence: Evidence,
  code: string,
  reply: Fields,
  { sentAt }: Attempt,
  { at, body }: Answer
): Wrong => {
  const tag = Object.keys(errorTable).find((tag) => codeOf(tag) === code)!
  const failure = reply["failure"]
  const isRight = isFields(failure) && failure["_tag"] === tag && failure["retryable"] === true &&
    failure["category"] === errorTable[tag]!.category
  if (!isRight) return ["inexplicable", `not a reply that says to try again: ${body}`]
  return code === "STORE_UNAVAILABLE" && !isDisturbed(evidence, sentAt, at)
    ? ["silent", `told to try again, though nothing was disturbed: ${body}`]
    : null
}

/** What may be answered at a version to a command without effect. */
const permitted = (
  evidence: Evidence,
  asked: Asked,
  version: number,
  attempt: Attempt
): ReadonlyArray<ExpectedAnswer> => {
  const organization = replayedOf(evidence, asked.organizationId).states[version]!
  // The clock of the replica matters to dates alone, and is somewhere between these.
  const { skew } = evidence.history.clocks
  const moments = [wallClock(evidence, attempt.sentAt) - skew, wallClock(evidence, attempt.endedAt) + skew]
  return moments.flatMap((now): ReadonlyArray<ExpectedAnswer> => {
    const expected = expect({ organization, asked, now, limits: modelLimits })
    switch (expected.is) {
      case "refused":
        return expected.refusals.map((refusal) => refusalTo(asked, refusal, version))
      case "unchanged":
        return [successTo(asked, { outcome: "no_change", version })]
      case "accepted":
        return asked.isDryRun
          ? [successTo(asked, { outcome: "dry_run", version: version + 1, event: expected.event })]
          : []
      case "repeated":
        return []
    }
  })
}

/** Whether the events that somebody was told of are not the ones that are there. */
const isToldElsewhere = (answer: Answer, { eventId, sequence, version }: ModelEntry): boolean => {
  const told = replyOf(answer)?.["events"]
  const where = { event_id: eventId, version, stream_sequence: sequence }
  return !Array.isArray(told) || told.length !== 1 ||
    Object.entries(where).some(([name, value]) => (told[0] as Fields)[name] !== value)
}

/** Where nobody knows what was disturbed when: an append whose answer is lost is not looked for before so many milliseconds. */
const lookMillis = 100

/**
 * Whether a replica may have appended the event of a repeated command once more, as one that does not know yet that it is there, had no
 * answer, and found it at its place: nothing tells it from its own then.
 */
const mayBeTakenForOwn = (evidence: Evidence, { sentAt }: Attempt, { at }: Answer): boolean =>
  isDisturbed(evidence, sentAt, at) && (evidence.history.disturbances !== null || at - sentAt >= lookMillis)

/** That something is stored: it is there as told, and whoever is told `applied` can have stored it. */
const explainClaim = (
  evidence: Evidence,
  asked: Asked,
  version: number,
  attempt: Attempt,
  answer: Answer
): Wrong => {
  const { organizationId } = asked
  const organization = replayedOf(evidence, organizationId).states[version]!
  const expected = expect({ organization, asked, now: 0, limits: modelLimits })
  if (expected.is !== "repeated") {
    const entry = organization.entries.get(asked.commandId)
    const where = entry === undefined ? "not stored" : `stored as version ${entry.version}`
    return ["lost", `told ${answer.body}; the command is ${where}`]
  }
  const { entry } = expected
  const outcome = endOfAnswer(answer) as "applied" | "duplicate"
  const taken: Taken = { outcome, version: outcome === "applied" ? entry.version : version, entry }
  const wrong = compare([successTo(asked, taken)], answer, `stored as version ${entry.version}`)
  if (wrong !== null) return isToldElsewhere(answer, entry) ? ["lost", wrong[1]] : wrong
  if (outcome === "applied") {
    const wasKnown = evidence.acknowledged.before(organizationId, attempt.sentAt) >= entry.version
    return wasKnown && !mayBeTakenForOwn(evidence, attempt, answer)
      ? ["inexplicable", `told applied, though version ${entry.version} had been acknowledged before it was asked`]
      : null
  }
  const others = (evidence.sendings.get(keyOf(asked.commandId, organizationId)) ?? [])
    .flatMap((sending) => sending.attempts).filter((other) => other !== attempt && other.sentAt < answer.at)
  return others.length > 0 || isDisturbed(evidence, attempt.sentAt, answer.at)
    ? null
    : ["inexplicable", "told duplicate, though nobody else had sent the command"]
}
