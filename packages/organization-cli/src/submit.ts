import { canonicalUuid } from "@cim-domain/commands/fields/uuid"
import type { CommandUnsettled } from "@cim-domain/event-sourcing"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import {
  type CommandFields,
  type CommandReply,
  type CommandType,
  decodeReply,
  makeCommand,
  OrganizationClient,
  type OrganizationCommand,
  type OrganizationError
} from "@cim-domain/organization"
import { Effect, Option, Result } from "effect"
import { Flag } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { describeReply } from "./describeReply.ts"
import { describeUnsettled } from "./describeUnsettled.ts"
import { BadInput, Refused, Unanswered, type Unwritten } from "./exitCodes.ts"
import { makeRetryNotice } from "./makeRetryNotice.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { complain, print, printJson } from "./output/print.ts"
import { withService } from "./withService.ts"

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

/** What is wrong with a field, and what was given for it. */
const problemsOf = (error: OrganizationError, fields: Readonly<Record<string, unknown>>) =>
  error._tag === "ValidationFailed"
    ? error.details.issues.map(({ message, path }) =>
      typeof fields[path] === "string" ? `${path}: ${message}, given ${quoted(fields[path])}` : `${path}: ${message}`
    )
    : [error.message]

/** A text with its ends, or the beginning of a long one. */
const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

interface CommandFlagValues {
  readonly commandId: Option.Option<string>
  readonly actor: Option.Option<string>
  readonly expectedVersion: Option.Option<number>
  readonly dryRun: boolean
  readonly json: boolean
}

/** The last answer, when the last attempt had one. */
const lastReply = ({ reason }: CommandUnsettled): Option.Option<CommandReply> =>
  reason._tag === "NotNow" ? Result.getSuccess(decodeReply(reason.body)) : Option.none()

/** What took place, for those who cannot read the answer. */
const answered = (reply: CommandReply) => (error: Unwritten): Unwritten => {
  const [headline] = describeReply(reply)
  return error.because(`the answer was: ${headline}, command id ${reply.command_id}`)
}

/** Says on standard error that an answer is lost, where something else decides how the run ends. */
const unlessLost = <R>(printed: Effect.Effect<void, Unwritten, R>) =>
  Effect.catchTag(printed, "Unwritten", (error) => complain(error.lines.map((line) => `✗ ${line}`)))

/**
 * Builds a command from what was typed, sends it until it is answered or the time is over, prints the answer. Fails with
 * `BadInput` before anything is sent, `Refused` when the answer is no, `Unanswered` when there is none or it may be
 * different later, `Unwritten` when the answer is yes and cannot be printed.
 */
export const submit = Effect.fnUntraced(function*<Type extends CommandType>(
  type: Type,
  fields: CommandFields<Type>,
  { actor, commandId: givenId, dryRun, expectedVersion, json }: CommandFlagValues
) {
  const commandId = Option.getOrElse(givenId, () => SecureRandom.uuidV7Unsafe())
  if (canonicalUuid(commandId) === null) {
    return yield* new BadInput({ problems: [`--command-id: expected a UUID, given ${quoted(commandId)}`] })
  }
  const wanted: CommandFields<Type> = {
    ...fields,
    issued_by: Option.getOrNull(actor),
    expected_version: Option.getOrNull(expectedVersion)
  }
  const command = makeCommand(type, commandId, wanted)
  if (Result.isFailure(command)) return yield* new BadInput({ problems: problemsOf(command.failure, wanted) })
  const repeat = `Repeat it safely with --command-id ${commandId}`
  const answer = (reply: CommandReply) =>
    (json ? printJson(reply) : print(describeReply(reply))).pipe(Effect.mapError(answered(reply)))

  yield* Effect.gen(function*() {
    const { timeout } = yield* organizationCommand
    const { url } = yield* NatsConnection
    const client = yield* OrganizationClient
    const reply = yield* client.send(command.success as OrganizationCommand, {
      dryRun,
      onRetry: makeRetryNotice(url, timeout)
    }).pipe(
      Effect.onInterrupt(() => complain(["interrupted; the command may or may not have taken effect", repeat])),
      Effect.catchTags({
        CommandRefused: ({ reply }) =>
          Effect.andThen(unlessLost(answer(reply)), Effect.fail(new Refused({ count: 1 }))),
        CommandUnsettled: (error) =>
          Effect.andThen(
            Effect.forEach(Option.toArray(lastReply(error)), (reply) => unlessLost(answer(reply))),
            Effect.fail(new Unanswered({ lines: [...describeUnsettled(error, url), repeat] }))
          )
      })
    )
    yield* answer(reply)
  }).pipe(withService)
})
