import { Schema } from "effect"
import { conflictErrors } from "./errors/conflictErrors.ts"
import { duplicateErrors } from "./errors/duplicateErrors.ts"
import type { ErrorCategory } from "./errors/errorKind.ts"
import { hierarchyErrors } from "./errors/hierarchyErrors.ts"
import { notFoundErrors } from "./errors/notFoundErrors.ts"
import { serviceErrors } from "./errors/serviceErrors.ts"
import { stateErrors } from "./errors/stateErrors.ts"
import { validationErrors } from "./errors/validationErrors.ts"

/** Every kind of error by its tag. */
export const errorKinds = {
  ...notFoundErrors,
  ...duplicateErrors,
  ...hierarchyErrors,
  ...stateErrors,
  ...validationErrors,
  ...conflictErrors,
  ...serviceErrors
}

/** The name of an error, as in `_tag`. */
export type ErrorTag = keyof typeof errorKinds

/**
 * Why a command was not carried out: a closed union of plain data in the shape in which replies carry it, with `code`,
 * `category`, `retryable`, `message` and typed `details` for each `_tag`.
 */
export type OrganizationError = { [Tag in ErrorTag]: (typeof errorKinds)[Tag]["schema"]["Type"] }[ErrorTag]

/** The error of one tag. */
export type ErrorOf<Tag extends ErrorTag> = Extract<OrganizationError, { readonly _tag: Tag }>

/** All error tags. */
export const errorTags = Object.keys(errorKinds) as ReadonlyArray<ErrorTag>

/** The schema of {@link OrganizationError}. */
export const OrganizationError: Schema.Codec<OrganizationError, unknown> = Schema.Union(
  errorTags.map((tag) => errorKinds[tag].schema as unknown as Schema.Codec<OrganizationError, unknown>)
)

/** The status code of each category, for the error headers of replies. */
export const statusOf: Readonly<Record<ErrorCategory, number>> = {
  not_found: 404,
  duplicate: 409,
  hierarchy: 409,
  state: 409,
  validation: 400,
  conflict: 409,
  limit: 422,
  authorization: 403,
  unavailable: 503,
  internal: 500
}

/** The broker or the store cannot be reached; `reason` is for people. */
export const storeUnavailable = (reason: string) => errorKinds.StoreUnavailable.make({ reason })

/** The replica already works on as many commands as it may. */
export const overloaded = (limit: number) => errorKinds.Overloaded.make({ limit })

/** Events are missing before `firstVersion`, the first version found. */
export const historyTruncated = (firstVersion: number) =>
  errorKinds.HistoryTruncated.make({ first_version: firstVersion })

/** Something went wrong that is not the sender's business. */
export const internal = () => errorKinds.Internal.make({})

/** The organization changed during every one of `attempts` attempts to append. */
export const concurrencyExhausted = (attempts: number) => errorKinds.ConcurrencyExhausted.make({ attempts })

/** `actual` of something is more than `max`. */
export const limitExceeded = (limit: string, max: number, actual: number) =>
  errorKinds.LimitExceeded.make({ limit, max, actual })
