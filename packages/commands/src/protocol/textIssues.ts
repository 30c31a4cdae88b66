import type { KnownCommand } from "../definition/CommandCatalog.ts"
import { changedNumbers, mayChangeNumbers } from "./changedNumbers.ts"
import { type CommandBody, pathIn } from "./CommandBody.ts"
import { illFormedTexts, mayBeIllFormed } from "./illFormedTexts.ts"
import { issuesMax, pathText, type ValidationIssue } from "./ValidationIssue.ts"

type Fields = { readonly [field: string]: unknown }

/** The numbers of a command that are not what was written. Those that are too large are refused by the schema. */
export const changedNumberIssues = (
  { numberFields }: KnownCommand,
  own: Fields,
  { envelope, text }: CommandBody
): ReadonlyArray<ValidationIssue> => {
  let mayChange: boolean | undefined
  const issues: Array<ValidationIssue> = []
  for (const field of numberFields) {
    if (!holdsNumbers(own[field])) continue
    mayChange ??= mayChangeNumbers(text)
    if (!mayChange) return []
    for (const { path, read } of changedNumbers(text, envelope.path === "" ? [field] : [envelope.path, field])) {
      if (Math.abs(read) > Number.MAX_SAFE_INTEGER) continue
      issues.push({
        path: pathText(path),
        message: `Expected a number that comes back as it was written, not as ${read}; a string holds any`
      })
    }
  }
  return issues
}

/** The texts of a command that no schema has looked at and that are no well-formed Unicode. */
export const illFormedTextIssues = (fields: Fields): ReadonlyArray<ValidationIssue> =>
  illFormedTexts(fields, issuesMax).map((path) => ({
    path: pathText(path),
    message: "Expected well-formed Unicode, without half a surrogate pair"
  }))

/** The same of the body of a message. What schemas refuse they say better, so this is for what they took. */
export const illFormedBodyIssues = (
  own: Fields,
  { envelope, text }: CommandBody
): ReadonlyArray<ValidationIssue> =>
  mayBeIllFormed(text)
    ? illFormedTextIssues(own).map((issue) => ({ ...issue, path: pathIn(envelope, issue.path) }))
    : []

/** Whether a value is a number, or may hold some. */
const holdsNumbers = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return typeof value === "number"
  for (const key in value) {
    const member = value[key as keyof typeof value] as unknown
    if (typeof member === "number" || (typeof member === "object" && member !== null)) return true
  }
  return false
}
