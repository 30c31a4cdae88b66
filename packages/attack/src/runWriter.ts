import type { NatsSocket } from "@cim-domain/nats"
import { decodeReply } from "@cim-domain/organization"
import type { Attempt, SentCommand } from "@cim-domain/simulation/check/History"
import type { Randomness } from "@cim-domain/simulation/time/Randomness"
import { Duration, Effect, Result, Schedule } from "effect"
import type { ComposedCommand } from "./composeCommand.ts"
import { makeCommandMix } from "./makeCommandMix.ts"
import type { Organizations } from "./Organizations.ts"

/** How long one command is sent again before it is given up as unsettled. */
const deadlineMillis = 30_000

/** What writers share. */
export interface Writing {
  /** One for each broker, so that a writer is not stuck with a broker that is. */
  readonly sockets: ReadonlyArray<NatsSocket>
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
  { commands, organizations, sockets }: Omit<Writing, "goesOn">,
  writer: number,
  command: ComposedCommand,
  random: Randomness
) {
  const attempts: Array<Attempt> = []
  /** Gives whether it is settled. */
  const attempt = Effect.gen(function*() {
    // The writer before the first is the one that probes.
    const socket = sockets[(writer + attempts.length + 1) % sockets.length]!
    const sentAt = performance.now()
    // Some writers are impatient and ask again while the first question is still being answered.
    const timeoutMillis = random.pick([700, 2_000, 5_000])
    const answer = yield* Effect.result(socket.request(command.subject, command.body, { timeoutMillis }))
    const endedAt = performance.now()
    if (Result.isFailure(answer)) {
      attempts.push({ sentAt, endedAt, reply: null, failure: answer.failure.reason._tag })
      return false
    }
    const text = answer.success.string()
    attempts.push({ sentAt, endedAt, reply: text, failure: null })
    const reply = Result.getOrUndefined(decodeReply(text))
    if (reply?.version !== null && reply !== undefined) {
      const isOver = reply.status === "error" && reply.failure.code === "ORGANIZATION_TERMINAL"
      organizations.hear(command.organizationId, reply.version, isOver)
    }
    return reply !== undefined && !(reply.status === "error" && reply.failure.retryable)
  })
  const settled = yield* Effect.repeat(attempt, { until: (settled) => settled, schedule: pauses(random) })
  const { body, commandId, organizationId, subject } = command
  commands.push({ writer, subject, body, commandId, organizationId, attempts, settled })
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
