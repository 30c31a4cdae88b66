import { decodeReply } from "@cim-domain/organization"
import type { Attempt, SentCommand } from "@cim-domain/simulation/check/History"
import type { ComposedCommand } from "@cim-domain/simulation/requests/composeCommand"
import { makeCommandMix } from "@cim-domain/simulation/requests/makeCommandMix"
import type { Organizations } from "@cim-domain/simulation/requests/Organizations"
import type { Randomness } from "@cim-domain/simulation/time/Randomness"
import { Duration, Effect, Result, Schedule } from "effect"
import type { Requester } from "./Requester.ts"

/** How long one command is sent again before it is given up as unsettled. */
const deadlineMillis = 30_000

/** What writers share. */
export interface Writing {
  /** One for each broker, so that a writer is not stuck with a broker that is. */
  readonly requesters: ReadonlyArray<Requester>
  readonly organizations: Organizations
  readonly commands: Array<SentCommand>
  /** Whether to begin another command. */
  readonly goesOn: () => boolean
}

/** From a tenth of a second to a second, a bit less each by chance, until the deadline. */
const pauses = (random: Randomness) =>
  Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("1 second")]).pipe(
    Schedule.modifyDelay(({ duration }) => Effect.sync(() => Duration.times(duration, random.between(0.5, 1)))),
    Schedule.upTo({ duration: deadlineMillis })
  )

/** Sends one command until it is settled or given up, and writes down everything it is told. */
export const settle = Effect.fnUntraced(function*(
  { commands, organizations, requesters }: Omit<Writing, "goesOn">,
  writer: number,
  command: ComposedCommand,
  random: Randomness
) {
  const attempts: Array<Attempt> = []
  /** Gives whether it is settled. */
  const attempt = Effect.gen(function*() {
    // The writer before the first is the one that probes.
    const requester = requesters[(writer + attempts.length + 1) % requesters.length]!
    // Some writers are impatient and ask again while the first question is still being answered.
    const timeoutMillis = random.pick([700, 2_000, 5_000])
    const { body, headers, subject } = command
    const attempt = yield* requester.ask({ subject, headers, body, timeoutMillis })
    attempts.push(attempt)
    const answer = attempt.answers[0]
    if (attempt.failure !== null || answer === undefined) return false
    organizations.hear(command.organizationId, answer.body)
    const reply = Result.getOrUndefined(decodeReply(answer.body))
    return reply !== undefined && !(reply.status === "error" && reply.failure.retryable)
  })
  const settled = yield* Effect.repeat(attempt, { until: (settled) => settled, schedule: pauses(random) })
  const { body, commandId, headers, organizationId, subject } = command
  commands.push({ writer, subject, headers, body, commandId, organizationId, attempts, settled })
  return settled
})

/** Sends command after command. */
export const runWriter = Effect.fnUntraced(function*(writing: Writing, writer: number, random: Randomness) {
  const next = makeCommandMix(random, writing.organizations)
  while (writing.goesOn()) {
    yield* settle(writing, writer, next(), random)
    yield* Effect.sleep(random.between(5, 60))
  }
})
