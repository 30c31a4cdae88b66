import { Result, Schema } from "effect"
import { OrganizationError, statusOf } from "../OrganizationError.ts"
import { isJsonObject } from "../wire/parseJson.ts"

const categories = Object.keys(statusOf) as ReadonlyArray<keyof typeof statusOf>

/** An error that this version does not know, as a client meets it when the service is newer. */
export const UnknownFailure = Schema.TaggedStruct("UnknownFailure", {
  code: Schema.String,
  category: Schema.Literals(categories),
  retryable: Schema.Boolean,
  message: Schema.String,
  details: Schema.Struct({})
})
export type UnknownFailure = typeof UnknownFailure.Type

/** What a failure reply says about the error. */
export const Failure = Schema.Union([OrganizationError, UnknownFailure])
export type Failure = typeof Failure.Type

/** The wire form of the error in a reply, made an `UnknownFailure` when it is of no known kind and shape. */
export const readFailure = (failure: unknown, message: unknown): unknown => {
  if (Result.isSuccess(decode(failure))) return failure
  const given = isJsonObject(failure) ? failure : {}
  const category = categories.find((category) => category === given["category"])
  return {
    _tag: "UnknownFailure",
    code: typeof given["code"] === "string" ? given["code"] : "UNKNOWN",
    category: category ?? "internal",
    retryable: given["retryable"] === true,
    message: typeof given["message"] === "string"
      ? given["message"]
      : typeof message === "string"
      ? message
      : "Unknown error",
    details: {}
  }
}

const decode = Schema.decodeUnknownResult(Failure)
