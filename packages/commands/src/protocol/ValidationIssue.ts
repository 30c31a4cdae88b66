import { Schema, SchemaIssue } from "effect"
import { excerpt } from "./excerpt.ts"

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

/** Longest path in an answer, in UTF-16 code units; a longer one is cut. */
export const pathUnitsMax = 200

/** A path as people read it; its keys may be of the sender's making. */
export const pathText = (path: ReadonlyArray<unknown>): string =>
  excerpt(
    path.reduce<string>((text, key) => {
      if (text.length > pathUnitsMax) return text
      if (typeof key === "number") return `${text}[${key}]`
      return text === "" ? String(key) : `${text}.${String(key)}`
    }, ""),
    pathUnitsMax
  )
