import { Schema, SchemaIssue } from "effect"

/** One thing wrong with a message; `path` is written like `metadata.tags[2]`, empty for the message as a whole. */
export const ValidationIssue = Schema.Struct({ path: Schema.String, message: Schema.String })
export type ValidationIssue = typeof ValidationIssue.Type

/** More issues than this are counted instead of listed. */
export const issuesMax = 100

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Everything a failed decoding complains about. Values of the message are not repeated. */
export const issuesOf = (issue: SchemaIssue.Issue): ReadonlyArray<ValidationIssue> => {
  const all = format(issue).issues
  const listed = all.slice(0, issuesMax).map(({ message, path }) => ({ path: pathText(path ?? []), message }))
  return all.length > issuesMax ? [...listed, { path: "", message: `${all.length - issuesMax} more issues` }] : listed
}

const pathText = (path: ReadonlyArray<unknown>): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`
    return text === "" ? String(key) : `${text}.${String(key)}`
  }, "")
