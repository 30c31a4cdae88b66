import {
  type CommandClientOptions,
  makeCommandClient,
  type SendOptions as Sending
} from "@cim-domain/event-sourcing/CommandClient"
import type { CommandToSend, CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { CommandUnsettled } from "@cim-domain/event-sourcing/CommandUnsettled"
import { noTrace } from "@cim-domain/event-sourcing/TraceContext"
import { Context, Effect, Layer, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { CommandRefused } from "./CommandRefused.ts"
import { type CommandReply, failureReply, type SuccessReply } from "./CommandReply.ts"
import { type CommandFields, makeCommand } from "./makeCommand.ts"
import { addresseeOf, type CommandType, encodeCommand, type OrganizationCommand } from "./OrganizationCommand.ts"
import { readAnswer } from "./readAnswer.ts"
import { commandSubject } from "./Subjects.ts"

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

/**
 * Sends commands to the service and gives its answer, whichever replica it comes from.
 *
 * Each command is sent with the same id until it is answered for good or the deadline is over; a command that took effect
 * before succeeds as `duplicate`, with its recorded events. Fails with {@link CommandRefused} when the answer is no, and
 * with `CommandUnsettled` when there is none, which says whether the command may have taken effect.
 */
export class OrganizationClient extends Context.Service<OrganizationClient, {
  /** Sends a command under the id that stands in it. */
  readonly send: (
    command: OrganizationCommand,
    options?: SendCommandOptions
  ) => Effect.Effect<SuccessReply, CommandRefused | CommandUnsettled>
  /** Makes a command of its fields, in any spelling that the wire accepts, and sends it. */
  readonly submit: <Type extends CommandType>(
    type: Type,
    fields: CommandFields<Type>,
    options?: SubmitCommandOptions
  ) => Effect.Effect<SuccessReply, CommandRefused | CommandUnsettled>
}>()("@cim-domain/organization/OrganizationClient") {
  /** A client on a transport. */
  static readonly layer = (
    options: Omit<CommandClientOptions<CommandReply>, "read"> = {}
  ): Layer.Layer<OrganizationClient, never, CommandTransport> =>
    Layer.effect(
      OrganizationClient,
      Effect.map(makeCommandClient({ ...options, read: readAnswer }), (client) => {
        const send: OrganizationClient["Service"]["send"] = Effect.fnUntraced(function*(command, sending = {}) {
          const sent = client.send(commandToSend(command, sending.dryRun), sending)
          const { attempts, reply, unanswered } = yield* sending.dryRun === true
            ? Effect.mapError(sent, withoutEffect)
            : sent
          return reply.status === "ok" ? reply : yield* new CommandRefused({ reply, attempts, unanswered })
        })
        const submit: OrganizationClient["Service"]["submit"] = (type, fields, sending = {}) =>
          Effect.suspend(() => {
            const commandId = sending.commandId ?? SecureRandom.uuidV7Unsafe()
            const command = makeCommand(type, commandId, fields)
            if (Result.isSuccess(command)) return send(command.success, sending)
            const known = { commandType: type, commandId, correlationId: null, organizationId: null, warnings: [] }
            const reply = failureReply({ ...known, trace: noTrace }, command.failure, null)
            return new CommandRefused({ reply, attempts: 0, unanswered: 0 })
          })
        return OrganizationClient.of({ send, submit })
      })
    )
}

/** Whoever was only asked what would happen has done nothing. */
const withoutEffect = ({ attempts, commandId, elapsedMillis, reason }: CommandUnsettled) =>
  new CommandUnsettled({ attempts, commandId, elapsedMillis, reason, mayHaveTakenEffect: false })

/** The message that carries a command. Throws for a value that is no valid command, which its type cannot rule out. */
const commandToSend = (command: OrganizationCommand, dryRun = false): CommandToSend => ({
  subject: commandSubject(addresseeOf(command), command.command_type),
  headers: dryRun ? { "X-Dry-Run": "true" } : {},
  body: encodeCommand(command),
  commandId: command.identity.message_id
})
