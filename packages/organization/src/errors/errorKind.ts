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

/**
 * One kind of error: its schema, and `make` which fills in all that follows from the kind. The code is the tag in
 * screaming snake case. Retryable means: send the same command, with the same id, again.
 */
export const errorKind = <
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
