import { Result } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import type { AnyCommand } from "../definition/CommandCatalog.ts"
import { type ServiceError, validationFailed } from "../errors/serviceErrors.ts"
import type { MessageId } from "../fields/Identifier.ts"
import { readCommandHeaders } from "./CommandHeaders.ts"
import { completeCommand } from "./completeCommand.ts"
import { rootIdentity } from "./MessageIdentity.ts"
import { illFormedTextIssues } from "./textIssues.ts"
import { unknownFields } from "./unknownFields.ts"
import { unwrapEnvelope } from "./unwrapEnvelope.ts"

/**
 * Makes a command that begins a conversation of its own, from fields in any spelling that the wire accepts. `messageId`
 * is a fresh UUID and becomes the command id; repeating a command means using it again. Fails with `ValidationFailed`
 * and every issue, fields that the command does not have included.
 */
export const makeCommand = (
  catalog: Catalog,
  type: string,
  messageId: string,
  fields: { readonly [field: string]: unknown }
): Result.Result<AnyCommand, ServiceError> => {
  const known = catalog.commands.byType.get(type)!
  const body = { ...fields, command_type: type, identity: rootIdentity(messageId as MessageId) }
  const completed = completeCommand(catalog, known, body, unwrapEnvelope(body), noHeaders, null, () => messageId)
  const decoded = known.decode(completed.fields)
  const unknown = unknownFields(known, body).paths.map((path) => ({ path, message: "Expected no such field" }))
  const wrong = Result.isFailure(decoded) ? decoded.failure : illFormedTextIssues(body)
  if (Result.isSuccess(decoded) && wrong.length + unknown.length === 0) return Result.succeed(decoded.success)
  const issues = [...wrong, ...unknown]
  return Result.fail(validationFailed(issues))
}

const noHeaders = readCommandHeaders(() => undefined)
