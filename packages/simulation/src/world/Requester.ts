import * as Client from "@cim-domain/commands/client/Client"
import { NatsCommandTransport } from "@cim-domain/nats/NatsCommandTransport"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { NatsSocket } from "@cim-domain/nats/NatsSocket"
import { decodeCommandMessage, decodeReply, Organization } from "@cim-domain/organization"
import { Duration, Effect, Layer, Result, Schedule } from "effect"
import type { Attempt, SentCommand } from "../check/History.ts"
import { VirtualProcess } from "../process/VirtualProcess.ts"
import type { PlannedCommand } from "../scenario/Scenario.ts"
import { makeRandomness } from "../time/Randomness.ts"
import { type Mailbox, makeMailbox } from "./Mailbox.ts"
import type { Surroundings } from "./Surroundings.ts"

/** How long a command is sent again before it is given up, in milliseconds: longer than any history. */
const deadlineMillis = 3_600_000

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Somebody who sends commands, each until it is settled, and writes down all that they are told. */
export class Requester {
  readonly #number: number
  readonly #process: VirtualProcess
  readonly #surroundings: Surroundings
  #connection: NatsConnection["Service"] | undefined
  #mailbox: Mailbox | undefined

  constructor(number: number, surroundings: Surroundings) {
    this.#number = number
    this.#surroundings = surroundings
    const name = `requester_${number + 1}`
    this.#process = new VirtualProcess(name, surroundings.timeline, makeRandomness(surroundings.luck, name))
    const opened = Effect.scoped(Effect.gen({ self: this }, function*() {
      this.#connection = yield* surroundings.connect(this.#process)
      this.#mailbox = yield* makeMailbox(this.#connection.main, surroundings.timeline.now)
      return yield* Effect.never
    }))
    this.#process.turn(() => void Effect.runForkWith(this.#process.context)(opened))
  }

  /** Sends a command until it is settled. Gives what becomes of it, as it becomes known. */
  send(planned: PlannedCommand, writer = this.#number): SentCommand {
    const { body, commandId, headers, organizationId, subject } = planned
    const attempts: Array<Attempt> = []
    const sent = { writer, subject, headers, body, commandId, organizationId, attempts, settled: false }
    const sending = Effect.suspend(() =>
      planned.by === "client"
        ? this.#sendByClient(planned, attempts, (text) => {
          if (attempts.length === 0) sent.body = text
        })
        : this.#sendAgain(planned, attempts)
    )
    this.#process.turn(() => {
      Effect.runForkWith(this.#process.context)(sending).addObserver((exit) => {
        sent.settled = exit._tag === "Success" && exit.value
      })
    })
    return sent
  }

  /** As a plain requester does it. Gives whether it is settled. */
  #sendAgain({ body, commandId, headers, patience, subject }: PlannedCommand, attempts: Array<Attempt>) {
    const random = makeRandomness(this.#surroundings.luck, `pauses of ${commandId} from ${this.#number}`)
    const pauses = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("1 second")]).pipe(
      Schedule.modifyDelay(({ duration }) => Effect.sync(() => Duration.times(duration, random.between(0.5, 1)))),
      Schedule.upTo({ duration: deadlineMillis })
    )
    const attempt = Effect.suspend(() => {
      const timeoutMillis = patience[Math.min(attempts.length, patience.length - 1)]!
      return Effect.match(this.#mailbox!.request(attempts, subject, body, { headers, timeoutMillis }), {
        onFailure: () => false,
        onSuccess: (answer) => isFinal(answer.string())
      })
    })
    return Effect.repeat(attempt, { until: (settled) => settled, schedule: pauses })
  }

  /** By the client of the library, which knows for itself when to send again. What it cannot read is sent as it is. */
  #sendByClient(
    planned: PlannedCommand,
    attempts: Array<Attempt>,
    sends: (body: string) => void
  ): Effect.Effect<boolean> {
    const { body, headers, subject } = planned
    const message = { subject, body: encoder.encode(body), header: (name: string) => headers[name] }
    // The client writes it down in its own way, which is what is sent.
    const decoded = decodeCommandMessage(message, { acceptLegacySubjects: true, newId: () => planned.commandId })
    if (Result.isFailure(decoded)) return this.#sendAgain(planned, attempts)
    const request: NatsSocket["request"] = (subject, payload, options) => {
      sends(typeof payload === "string" ? payload : decoder.decode(payload))
      return this.#mailbox!.request(attempts, subject, payload, {
        ...options,
        headers: { ...headers, ...options.headers }
      })
    }
    const main = { ...this.#connection!.main, request } as NatsSocket
    const transport = Layer.provide(
      NatsCommandTransport.layer,
      Layer.succeed(NatsConnection, { ...this.#connection!, main })
    )
    return Client.make(Organization, { deadline: Duration.millis(deadlineMillis) }).pipe(
      Effect.flatMap(({ send }) => send(decoded.success.command, { dryRun: decoded.success.dryRun })),
      Effect.as(true),
      Effect.catchTags({
        CommandRefused: () => Effect.succeed(true),
        CommandUnsettled: () => Effect.succeed(false)
      }),
      Effect.provide(transport)
    )
  }
}

/** Whether sending a command again would not change this answer. */
const isFinal = (text: string): boolean => {
  const reply = Result.getOrUndefined(decodeReply(text))
  return reply !== undefined && !(reply.status === "error" && reply.failure.retryable)
}
