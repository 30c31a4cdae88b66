import {
  addresseeOf,
  type CommandFields,
  commandSubject,
  type CommandType,
  encodeCommand,
  makeCommand,
  type OrganizationError
} from "@cim-domain/organization"
import { Console, Effect, Option, Result } from "effect"
import { Flag } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { describeReply } from "./describeReply.ts"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { requestReply } from "./requestReply.ts"
import { withBroker } from "./withBroker.ts"

/** What every command of the service takes. */
export const commandFlags = {
  commandId: Flag.String("command-id").pipe(
    Flag.withMetavar("UUID"),
    Flag.withDescription("Id of this command; send the same id again to repeat it safely"),
    Flag.optional
  ),
  actor: Flag.String("actor").pipe(
    Flag.withDescription("Who issues the command, recorded with its events"),
    Flag.optional
  ),
  expectedVersion: Flag.Int("expected-version").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("Refuse unless the organization has this version"),
    Flag.optional
  ),
  dryRun: Flag.Boolean("dry-run").pipe(Flag.withDescription("Only say what would happen"), Flag.withDefault(false)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print the answer as JSON"), Flag.withDefault(false))
}

const problemsOf = (error: OrganizationError) =>
  error._tag === "ValidationFailed"
    ? error.details.issues.map(({ message, path }) => `${path}: ${message}`)
    : [error.message]

interface CommandFlagValues {
  readonly commandId: Option.Option<string>
  readonly actor: Option.Option<string>
  readonly expectedVersion: Option.Option<number>
  readonly dryRun: boolean
  readonly json: boolean
}

/**
 * Builds a command from what was typed, sends it, prints the answer. Fails with `BadInput` before anything is sent,
 * `Refused` when the answer is no, `Unanswered` when there is none or it may be different later.
 */
export const submit = Effect.fnUntraced(function*<Type extends CommandType>(
  type: Type,
  fields: CommandFields<Type>,
  flags: CommandFlagValues
) {
  const commandId = Option.getOrElse(flags.commandId, () => SecureRandom.uuidV7Unsafe())
  const made = makeCommand(type, commandId, {
    ...fields,
    issued_by: Option.getOrNull(flags.actor),
    expected_version: Option.getOrNull(flags.expectedVersion)
  })
  if (Result.isFailure(made)) return yield* new BadInput({ problems: problemsOf(made.failure) })
  const command = made.success
  const reply = yield* requestReply(
    commandSubject(addresseeOf(command), type),
    encodeCommand(command),
    flags.dryRun ? { "X-Dry-Run": "true" } : {}
  ).pipe(
    Effect.mapError(({ detail }) =>
      new Unanswered({ detail: `${detail}\nRepeat it safely with --command-id ${commandId}` })
    ),
    withBroker
  )
  yield* Console.log(flags.json ? JSON.stringify(reply) : describeReply(reply))
  if (reply.status === "ok") return
  if (reply.failure.retryable) return yield* new Unanswered({ detail: "" })
  return yield* new Refused({ count: 1 })
})
