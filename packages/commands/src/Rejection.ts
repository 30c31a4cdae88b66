import { Schema } from "effect"

/** The groups of errors; each has one status code, and most one answer to "what can I do". */
export type ErrorCategory =
  | "not_found"
  | "duplicate"
  | "hierarchy"
  | "state"
  | "validation"
  | "conflict"
  | "limit"
  | "authorization"
  | "unavailable"
  | "internal"

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

/**
 * Defines one kind of error: its schema, and `make` which fills in all that follows from the kind. The code is the tag in
 * screaming snake case. Retryable means: send the same command, with the same id, again.
 *
 * ```ts
 * const PersonNotFound = Rejection.make(
 *   "PersonNotFound", "not_found", { person_id: Schema.String }, ({ person_id }) => `Person not found: ${person_id}`
 * )
 * PersonNotFound.make({ person_id }).code // "PERSON_NOT_FOUND"
 * ```
 */
export const make = <
  const Tag extends string,
  const Category extends ErrorCategory,
  const Details extends Schema.Struct.Fields
>(
  tag: Tag,
  category: Category,
  details: Details,
  describe: (details: Schema.Struct<Details>["Type"]) => string,
  options?: { readonly retryable: boolean }
) => {
  const code = screamingSnake(tag)
  const retryable = options?.retryable ?? false
  const schema = Schema.Struct({
    _tag: Schema.Literal(tag),
    code: Schema.Literal(code),
    category: Schema.Literal(category),
    retryable: Schema.Literal(retryable),
    message: Schema.String,
    details: Schema.Struct(details)
  })
  const make = (details: Schema.Struct<Details>["Type"]) =>
    ({ _tag: tag, code, category, retryable, message: describe(details), details }) as const
  return { schema, make }
}

const screamingSnake = (tag: string): string => tag.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()

/** An error as answers carry it, of whatever kind. */
export interface AnyError {
  readonly _tag: string
  readonly code: string
  readonly category: ErrorCategory
  readonly retryable: boolean
  readonly message: string
  readonly details: { readonly [name: string]: unknown }
}

/** A kind of error, of whatever kind. */
export interface AnyRejection {
  readonly schema: Schema.Top & { readonly Type: AnyError; readonly fields: Schema.Struct.Fields }
  readonly make: (details: never) => AnyError
}
