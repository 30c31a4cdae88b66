import { Result } from "effect"
import { limitExceeded, malformed, type ServiceError } from "../errors/serviceErrors.ts"
import { mayHoldNegativeZeros, withoutNegativeZeros } from "./negativeZeros.ts"
import { isJsonObject, isNestedDeeperThan, parseFlatJson } from "./parseJson.ts"

/** The largest body of a command, in bytes. */
export const commandBytesMax = 256 * 1024

/** How deep the body of a command may nest; metadata has a tighter bound of its own. */
const depthMax = 64

/** The body of a message: its text, and the JSON object that it is. */
export interface Body {
  readonly text: string
  readonly json: { readonly [key: string]: unknown }
}

/** Reads the body of a message, whose size and depth are looked at before anything else is done with it. */
export const readBody = (body: Uint8Array): Result.Result<Body, ServiceError> => {
  if (body.length > commandBytesMax) return Result.fail(limitExceeded("command_bytes", commandBytesMax, body.length))
  const text = decodeUtf8(body)
  if (text === undefined) return refused("it is not UTF-8")
  if (isNestedDeeperThan(text, depthMax)) return refused(`it nests deeper than ${depthMax} levels`)
  const json = parseFlatJson(text)
  if (json === undefined) return refused("it is not JSON")
  if (!isJsonObject(json)) return refused("it is not a JSON object")
  return Result.succeed({ text, json: mayHoldNegativeZeros(text) ? withoutNegativeZeros(json) : json })
}

const refused = (why: string) => Result.fail(malformed(why))

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true })
