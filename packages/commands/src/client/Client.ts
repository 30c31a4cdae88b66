import {
  type CommandClientOptions,
  makeCommandClient,
  type SendOptions as Sending
} from "@cim-domain/event-sourcing/CommandClient"
import type { CommandToSend, CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { CommandUnsettled } from "@cim-domain/event-sourcing/CommandUnsettled"
import { noTrace } from "@cim-domain/event-sourcing/TraceContext"
import { Effect, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Aggregate } from "../Aggregate.ts"
import type { AnyCommand } from "../definition/CommandCatalog.ts"
import type { AnyFailure, UnknownFailure } from "../errors/Failure.ts"
import type { ServiceError } from "../errors/serviceErrors.ts"
import type { CommandReply, FailureReply, SuccessReply } from "../protocol/CommandReply.ts"
import { idIn } from "../protocol/CommandRequest.ts"
import type { AnyError } from "../Rejection.ts"
import { answerReader } from "./answerReader.ts"
import { CommandRefused } from "./CommandRefused.ts"

/** How to send one command. */
export interface SendCommandOptions extends Sending {
  /** Only ask what would happen. Default false. */
  readonly dryRun?: boolean | undefined
}

/** How to send a command that is made from its fields. */
export interface SubmitCommandOptions extends SendCommandOptions {
  /** The id of the command, a UUID; the same again repeats it safely. Default: a new one. */
  readonly commandId?: string | undefined
}

/** Sends the commands of one domain; see {@link make}. */
export interface Client<Commands, Inputs, Failure extends AnyFailure> {
  /** Sends a command under the id that stands in it. */
  readonly send: (
    command: Commands[keyof Commands],
    options?: SendCommandOptions
  ) => Effect.Effect<SuccessReply, CommandRefused<Failure> | CommandUnsettled>
  /** Makes a command of its fields, and sends it. What may be left out on the wire may be left out here. */
  readonly submit: <const Type extends keyof Inputs & keyof Commands & string>(
    type: Type,
    fields: Inputs[Type],
    options?: SubmitCommandOptions
  ) => Effect.Effect<SuccessReply, CommandRefused<Failure> | CommandUnsettled>
}

/**
 * Makes a client that sends commands to the service of a domain and gives its answer, whichever replica it comes from.
 *
 * Each command is sent with the same id until it is answered for good or the deadline is over; a command that took effect
 * before succeeds as `duplicate`, with its recorded events. Fails with {@link CommandRefused} when the answer is no, and
 * with `CommandUnsettled` when there is none, which says whether the command may have taken effect.
 *
 * ```ts
 * const { submit } = yield* Client.make(Person)
 * const { created_id } = yield* submit("RegisterPerson", { given_name: "Ada" })
 * ```
 */
export const make = <
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits,
  Inputs
>(
  aggregate: Aggregate<Commands, Events, Error, State, Limits, Inputs>,
  options: Omit<CommandClientOptions<never>, "read"> = {}
): Effect.Effect<
  Client<Commands, Inputs, Error | ServiceError | UnknownFailure>,
  never,
  CommandTransport
> => {
  type Failure = Error | ServiceError | UnknownFailure
  type Self = Client<Commands, Inputs, Failure>
  const { catalog, encodeCommand, makeCommand, replies } = aggregate

  /** The message that carries a command. Throws for a value that is no valid command, which its type cannot rule out. */
  const toSend = (command: AnyCommand, dryRun = false): CommandToSend => ({
    subject: catalog.subjects.commandSubject(
      idIn(command, catalog.commands.byType.get(command.command_type)!.addressee)!,
      command.command_type
    ),
    headers: dryRun ? { "X-Dry-Run": "true" } : {},
    body: encodeCommand(command as Commands[keyof Commands]),
    commandId: command.identity.message_id
  })

  const read = answerReader(replies)
  return Effect.map(makeCommandClient<CommandReply>({ ...options, read }), (client): Self => {
    const send: Self["send"] = Effect.fnUntraced(function*(command, sending = {}) {
      const sent = client.send(toSend(command as AnyCommand, sending.dryRun), sending)
      const { attempts, reply, unanswered } = yield* sending.dryRun === true
        ? Effect.mapError(sent, withoutEffect)
        : sent
      return reply.status === "ok" ? reply : yield* new CommandRefused<Failure>({ reply, attempts, unanswered })
    })
    const submit: Self["submit"] = (type, fields, sending = {}) =>
      Effect.suspend(() => {
        const commandId = sending.commandId ?? SecureRandom.uuidV7Unsafe()
        const command = makeCommand(type, commandId, fields as { readonly [field: string]: unknown })
        if (Result.isSuccess(command)) return send(command.success, sending)
        const known = { commandType: type, commandId, correlationId: null, aggregateId: null, warnings: [] }
        const reply = replies.failureReply(
          { ...known, trace: noTrace },
          command.failure as AnyError as Error,
          null
        ) as FailureReply
        return new CommandRefused<Failure>({ reply, attempts: 0, unanswered: 0 })
      })
    return { send, submit }
  })
}

/** Whoever was only asked what would happen has done nothing. */
const withoutEffect = ({ attempts, commandId, elapsedMillis, reason }: CommandUnsettled) =>
  new CommandUnsettled({ attempts, commandId, elapsedMillis, reason, mayHaveTakenEffect: false })
