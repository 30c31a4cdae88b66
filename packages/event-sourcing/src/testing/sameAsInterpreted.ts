import { assert } from "@effect/vitest"
import { Result, Schema, type SchemaAST, type SchemaIssue } from "effect"

type AnySchema = Schema.Codec<any, any>

type Options = SchemaAST.ParseOptions | undefined

/** All parse options that there are, one by one, and what goes together. */
const parseOptions: ReadonlyArray<Options> = [
  undefined,
  { errors: "first", onExcessProperty: "ignore" },
  { errors: "all" },
  { onExcessProperty: "error" },
  { errors: "all", onExcessProperty: "error", reportInput: true },
  { disableChecks: true },
  { concurrency: 2 }
]

/**
 * Compares a schema that is installed with the same schema, made a second time, that is not: both functions throw where
 * the two do not make the same of their argument. `decode` takes input, `encode` values; right or wrong, they are for all
 * options the same values, the same issues, or the same defects.
 */
export const sameAsInterpreted = (
  compiled: AnySchema,
  interpreted: AnySchema,
  options: ReadonlyArray<Options> = parseOptions
) => {
  const direction = (
    way: (schema: AnySchema) => (input: unknown, options: Options) => unknown,
    withOptions = options
  ) => {
    const [ours, theirs] = [way(compiled), way(interpreted)]
    return (input: unknown) => {
      for (const each of withOptions) assertSame(seen(() => ours(input, each)), seen(() => theirs(input, each)))
    }
  }
  const [encode, is] = [direction(Schema.encodeUnknownSync), direction(Schema.is, [undefined])]
  return {
    decode: direction(Schema.decodeUnknownResult),
    encode: (value: unknown) => {
      encode(value)
      is(value)
    }
  }
}

/** Also in what is equal without being the same: the order of keys, and the sign of 0. */
const assertSame = (actual: unknown, expected: unknown) => {
  const [ours, theirs] = [spelled(actual), spelled(expected)]
  // An assertion takes a hundred times as long.
  if (ours === theirs && !ours.includes(opaque)) return
  assert.deepStrictEqual(actual, expected)
  assert.strictEqual(ours, theirs)
}

/** Stands for an object that is more than its members. */
const opaque = "<opaque>"

const spelled = (value: unknown): string => {
  if (Object.is(value, -0)) return "-0"
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return opaque
  let text = Array.isArray(value) ? `[${value.length}` : "{"
  for (const key of Reflect.ownKeys(value)) {
    text += ` ${String(key)} ${spelled((value as Record<PropertyKey, unknown>)[key])}`
  }
  return `${text}}`
}

const seen = (run: () => unknown): unknown => {
  try {
    const outcome = run()
    return Result.isResult(outcome)
      ? Result.match(outcome, {
        onSuccess: (value) => ({ value }),
        onFailure: (error) => ({ refused: plain(error) })
      })
      : { value: outcome }
  } catch (error) {
    return { thrown: plain(error) }
  }
}

/** An error with the issues in it as a tree of plain values: the functions in a schema are others each time it is made. */
const plain = (error: unknown): unknown =>
  Schema.isSchemaError(error) ? { message: error.message, issue: plainIssue(error.issue) } : String(error)

const plainIssue = (issue: SchemaIssue.Issue): unknown => ({
  tag: issue._tag,
  ast: "ast" in issue ? issue.ast._tag : undefined,
  path: "path" in issue ? issue.path : undefined,
  input: "input" in issue ? issue.input : undefined,
  hasInput: "input" in issue,
  annotations: "annotations" in issue ? Object.keys(issue.annotations ?? {}) : undefined,
  issues: "issues" in issue ? issue.issues.map(plainIssue) : "issue" in issue ? [plainIssue(issue.issue)] : [],
  successes: "successes" in issue ? issue.successes.map(({ _tag }) => _tag) : undefined
})
