import { Result, Schema } from "effect"
import { isJsonObject } from "../protocol/parseJson.ts"
import { type AnyError, type AnyRejection, type ErrorCategory, statusOf } from "../Rejection.ts"

const categories = Object.keys(statusOf) as ReadonlyArray<ErrorCategory>

/** An error that this version does not know, as a client meets it when the service is newer. */
export const UnknownFailure = Schema.TaggedStruct("UnknownFailure", {
  code: Schema.String,
  category: Schema.Literals(categories),
  retryable: Schema.Boolean,
  message: Schema.String,
  details: Schema.Struct({})
})
export type UnknownFailure = typeof UnknownFailure.Type

/** What a failure reply says about the error, of whatever domain. */
export type AnyFailure = AnyError | UnknownFailure

/** Reads what failure replies say about errors. */
export interface Failures {
  readonly Failure: Schema.Codec<AnyFailure, unknown>
  /** The wire form of the error in a reply, made an `UnknownFailure` when it is of no known kind and shape. */
  readonly readFailure: (failure: unknown, message: unknown) => unknown
}

/** The failures of a domain with these kinds of errors. */
export const makeFailures = (errors: { readonly [tag: string]: AnyRejection }): Failures => {
  const schemas = Object.values(errors).map(({ schema }) => schema as unknown as Schema.Codec<AnyError, unknown>)
  const Failure = Schema.Union([...schemas, UnknownFailure])
  const decode = Schema.decodeUnknownResult(Failure)
  const readFailure = (failure: unknown, message: unknown): unknown => {
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
  return { Failure, readFailure }
}
