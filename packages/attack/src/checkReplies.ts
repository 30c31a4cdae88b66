import {
  type CommandReply,
  type CommandRequest,
  decodeReply,
  encodeReply,
  failureReply,
  makeContext,
  organization,
  type OrganizationState,
  successReply
} from "@cim-domain/organization"
import type { Attempt, SentCommand } from "@cim-domain/simulation/check/History"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import { Result } from "effect"
import type { Acknowledged } from "./Acknowledged.ts"
import { readRequest, type requestsById } from "./readRequest.ts"
import { emptyReplay, type Replay } from "./Replay.ts"

/** Answers that say nothing but "send it again". */
const evasions: ReadonlySet<string> = new Set(["STORE_UNAVAILABLE", "OVERLOADED", "CONCURRENCY_EXHAUSTED"])

/** No command of the attack names a later date, so the clock of the replica does not matter. */
const afterAllDates = Date.UTC(2200)

interface Evidence {
  readonly replays: ReadonlyMap<string, Replay>
  readonly sent: ReturnType<typeof requestsById>
  readonly acknowledged: Acknowledged
}

/**
 * Every reply is, to the letter, what the domain says at the version that the reply names, and that version was the
 * current one at some moment between the question and the answer.
 */
export const checkReplies = (commands: ReadonlyArray<SentCommand>, evidence: Evidence): ReadonlyArray<Violation> =>
  commands.flatMap((command) => {
    const request = readRequest(command)
    return command.attempts.flatMap((attempt): ReadonlyArray<Violation> => {
      if (attempt.reply === null) return []
      const about = { organizationId: command.organizationId, commandId: command.commandId }
      const reply = Result.getOrUndefined(decodeReply(attempt.reply))
      if (reply === undefined) return [{ kind: "inexplicable", ...about, detail: `no reply: ${attempt.reply}` }]
      if (reply.status === "error" && evasions.has(reply.failure.code)) return []
      if (Result.isFailure(request)) {
        const expected = encodeReply(failureReply(request.failure, request.failure.error, null)).body
        return expected === attempt.reply
          ? []
          : [{ kind: "inexplicable", ...about, detail: `${attempt.reply} instead of ${expected}` }]
      }
      return explain(evidence, request.success, reply, attempt)
    })
  })

const explain = (
  { acknowledged, replays, sent }: Evidence,
  request: CommandRequest,
  reply: CommandReply,
  attempt: Attempt
): ReadonlyArray<Violation> => {
  const { aggregateId: organizationId, commandId } = request
  const { events, states } = replays.get(organizationId) ?? emptyReplay(organizationId)
  const violation = (kind: Violation["kind"], detail: string): ReadonlyArray<Violation> => [
    { kind, organizationId, commandId, detail }
  ]
  const claimsStored = reply.status === "ok" && reply.events.length > 0
  const { version } = reply
  if (version === null) return violation("inexplicable", `an answer without a version: ${attempt.reply}`)
  const state = states[version]
  if (state === undefined) {
    return violation(claimsStored ? "lost" : "premature", `told version ${version}, there are ${events.length}`)
  }
  const expected = expectedReply(request, reply, version, state, events)
  if (expected !== attempt.reply) {
    const recorded = events.find((event) => event.commandId === commandId)
    const where = recorded === undefined ? "not stored" : `stored as version ${recorded.reference.version}`
    return violation(
      claimsStored ? "lost" : "inexplicable",
      `told ${attempt.reply}, expected ${expected}; the command is ${where}`
    )
  }
  const bound = acknowledged.before(organizationId, attempt.sentAt)
  if (version < bound) {
    return violation("stale", `answered from version ${version} after version ${bound} had been acknowledged`)
  }
  const beganWith = sent.get(events[version - 1]?.commandId ?? "")
  return beganWith !== undefined && beganWith.firstSentAt > attempt.endedAt
    ? violation("premature", `version ${version} had not begun when it was named`)
    : []
}

/** The reply that the domain explains at a version, in the words it was given in where both wordings are right. */
const expectedReply = (
  request: CommandRequest,
  reply: CommandReply,
  version: number,
  state: OrganizationState,
  events: Replay["events"]
): string => {
  // What the state may have forgotten, the history tells.
  const found = events.slice(0, version).filter(({ commandId }) => commandId === request.commandId)
    .map(({ recorded }) => recorded)
  const decision = organization.decide(
    state,
    request.command,
    makeContext({ commandId: request.commandId, now: afterAllDates }),
    found
  )
  switch (decision._tag) {
    case "Accepted":
      return "no answer before the events are stored"
    case "Forgotten":
      return "an answer with what the history knows of the command"
    case "NoChange":
      return encodeReply(successReply(request, { outcome: "no_change", version, events: [] })).body
    case "Rejected":
      return encodeReply(failureReply(request, decision.rejection, version)).body
    case "Duplicate": {
      const outcome = reply.status === "ok" && reply.outcome === "applied" ? "applied" : "duplicate"
      return encodeReply(successReply(request, { outcome, version, events: decision.events })).body
    }
  }
}
