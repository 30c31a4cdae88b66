import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import type { Decision } from "@cim-domain/event-sourcing/Decider"
import { assert } from "@effect/vitest"
import { Duration, Effect, Schedule } from "effect"
import { SecureRandom } from "effect/crypto"
import type { AnyAggregate } from "../../Aggregate.ts"
import type { AnyCommand } from "../../definition/CommandCatalog.ts"
import type { AnyEvent } from "../../definition/EventCatalog.ts"
import type { AnyError } from "../../Rejection.ts"
import { type BareCommand, completed } from "../BareCommand.ts"

/** An answer, or fields of a message, as JSON. */
export type Json = { readonly [field: string]: any }

/** Examples of commands, of any domain. */
export interface AnyExamples {
  readonly begins: BareCommand
  readonly changes: (number: number) => BareCommand
}

/** A message to the service. */
export interface Sent {
  readonly subject: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The service under contract, and how to speak to it. */
export class ContractSubject {
  readonly aggregate: AnyAggregate
  readonly examples: AnyExamples

  constructor(aggregate: AnyAggregate, examples: AnyExamples) {
    this.aggregate = aggregate
    this.examples = examples
  }

  /** A command to an aggregate, with an id of its own. */
  command(id: string, bare: BareCommand, commandId: string = SecureRandom.uuidV7Unsafe()): AnyCommand {
    return completed(this.aggregate, id, commandId, bare)
  }

  /** The message that carries a command, with other fields in it if any are given. */
  message(id: string, command: AnyCommand, fields: Json = {}, headers: Readonly<Record<string, string>> = {}): Sent {
    return {
      subject: this.aggregate.subjects.commandSubject(id, command.command_type),
      body: JSON.stringify({ ...JSON.parse(this.aggregate.encodeCommand(command)), ...fields }),
      headers
    }
  }

  /** The answer to a message; while nobody is there yet it is sent again. */
  ask({ body, headers = {}, subject }: Sent) {
    return Effect.flatMap(
      CommandTransport,
      ({ request }) => request({ subject, headers, body, commandId: "" }, tenSeconds)
    )
      .pipe(
        Effect.retry({ while: ({ isRetryable }) => isRetryable, schedule: soon }),
        Effect.map((answer) => JSON.parse(answer) as Json)
      )
  }

  send(id: string, bare: BareCommand, fields: Json = {}, headers: Readonly<Record<string, string>> = {}) {
    return Effect.suspend(() => this.ask(this.message(id, this.command(id, bare), fields, headers)))
  }

  /** An aggregate that has begun. */
  get begun() {
    return Effect.suspend(() => {
      const id = SecureRandom.uuidV7Unsafe()
      return Effect.map(this.send(id, this.examples.begins), (answer) => {
        assertApplied("begins", answer, { version: 1 })
        return id
      })
    })
  }

  /** The events of a command that is decided where nothing has happened. */
  firstEvents(id: string, command: AnyCommand): ReadonlyArray<AnyEvent> {
    const { decider, makeContext } = this.aggregate
    const context = makeContext({ commandId: command.identity.message_id, now: 0 })
    const decision = decider.decide(decider.initial(id) as never, command, context) as Decision<
      AnyEvent,
      AnyError
    >
    assert(decision._tag === "Accepted")
    return decision.events
  }
}

const tenSeconds = Duration.seconds(10)
const soon = Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))

/** Fails unless an example was applied, and says which one was not, and why. `expected` are further parts of the answer. */
export const assertApplied = (example: string, answer: Json, expected: Json = {}): void => {
  const { command_type, error, failure, outcome } = answer
  const came = outcome ?? `refused with ${failure?.code}: ${error}`
  if (came !== "applied") assert.fail(came, "applied", `the example \`${example}\`, ${command_type}, was ${came}`)
  assert.deepInclude(answer, expected, `the example \`${example}\`, ${command_type}`)
}

/** The parts of every answer that name the command. */
export const about = (id: string, command: AnyCommand, version: number | null) => ({
  command_type: command.command_type,
  command_id: command.identity.message_id,
  correlation_id: command.identity.correlation_id.value,
  aggregate_id: id,
  version,
  warnings: []
})

/** What an answer says in the words of the first version's acknowledgments. */
export const acknowledged = (command: AnyCommand, status: string, reason: string | null) => ({
  command_id: { id: command.identity.message_id },
  correlation_id: command.identity.correlation_id,
  status,
  reason
})

/** A refusal with all of its fields. */
export const refusal = (
  id: string,
  command: AnyCommand,
  version: number | null,
  error: Omit<AnyError, "retryable">
) => ({
  status: "error",
  error: error.message,
  failure: { ...error, retryable: false },
  ...about(id, command, version),
  acknowledgment: acknowledged(command, "Rejected", error.message)
})

/** What a service does, each with the test of it. */
export type ContractTests = ReadonlyArray<readonly [says: string, test: Effect.Effect<void, unknown, CommandTransport>]>
