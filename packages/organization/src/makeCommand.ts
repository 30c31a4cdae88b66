import { Result } from "effect"
import { readCommandHeaders } from "./CommandHeaders.ts"
import { completeCommand } from "./commands/completeCommand.ts"
import type { MessageId } from "./Identifiers.ts"
import { rootIdentity } from "./MessageIdentity.ts"
import {
  type CommandOf,
  type CommandType,
  decodeCommandFields,
  type OrganizationCommand
} from "./OrganizationCommand.ts"
import { errorKinds, type OrganizationError } from "./OrganizationError.ts"
import { unknownFields } from "./wire/unknownFields.ts"
import { unwrapEnvelope } from "./wire/unwrapEnvelope.ts"

/** The fields of a command as a person gives them: ids as plain strings, optional ones left out. */
export type CommandFields<Type extends CommandType> = {
  readonly [Field in Exclude<keyof CommandOf<Type>, "command_type" | "identity">]?: unknown
}

/**
 * Makes a command that begins a conversation of its own, from fields in any spelling that the wire accepts. `messageId`
 * is a fresh UUID and becomes the command id; repeating a command means using it again. Fails with `ValidationFailed`
 * and every issue, fields that the command does not have included.
 */
export const makeCommand = <Type extends CommandType>(
  type: Type,
  messageId: string,
  fields: CommandFields<Type>
): Result.Result<OrganizationCommand, OrganizationError> => {
  const body = { ...fields, command_type: type, identity: rootIdentity(messageId as MessageId) }
  const completed = completeCommand(type, body, unwrapEnvelope(body), noHeaders, null, () => messageId)
  const decoded = decodeCommandFields(type, completed.fields)
  const unknown = unknownFields(type, body).paths.map((path) => ({ path, message: "Expected no such field" }))
  if (Result.isSuccess(decoded) && unknown.length === 0) return Result.succeed(decoded.success)
  const issues = [...(Result.isFailure(decoded) ? decoded.failure : []), ...unknown]
  return Result.fail(errorKinds.ValidationFailed.make({ issues }))
}

const noHeaders = readCommandHeaders(() => undefined)
