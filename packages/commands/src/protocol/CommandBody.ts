import { Result } from "effect"
import { malformed, type ServiceError } from "../errors/serviceErrors.ts"
import type { CommandMessage } from "./CommandRequest.ts"
import { readBody } from "./readBody.ts"
import { unwrapEnvelope, type Unwrapped } from "./unwrapEnvelope.ts"

/** The body of a message as text, and the command in it, right or wrong. */
export interface CommandBody {
  readonly text: string
  readonly envelope: Unwrapped
}

/** Reads the body of a message: size, text, JSON and envelope. A command whose headers nobody knows is not looked at. */
export const readCommandBody = (
  { body, headersProblem }: Pick<CommandMessage, "body" | "headersProblem">
): Result.Result<CommandBody, ServiceError> => {
  if (headersProblem !== undefined) return Result.fail(malformed(`its headers cannot be read: ${headersProblem}`))
  const read = readBody(body)
  if (Result.isFailure(read)) return Result.fail(read.failure)
  return Result.succeed({ text: read.success.text, envelope: unwrapEnvelope(read.success.json) })
}

/** The identity that a body gives, in the command or beside it; the one in the command counts, be it `null`. */
export const identityIn = ({ envelope: { command, identity } }: CommandBody): unknown =>
  Object.hasOwn(command, "identity") ? command["identity"] : identity

/** Where in the message something is that stands at `path` in the command. */
export const pathIn = ({ path }: Unwrapped, inside: string): string =>
  path === "" ? inside : inside === "" ? path : `${path}.${inside}`
