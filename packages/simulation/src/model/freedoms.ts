import { differences, type ExpectedJson, Matcher } from "./differences.ts"
import { isFields, type Json } from "./Json.ts"

/**
 * What the specification leaves open, and with it the model. Each matcher says what must hold all the same.
 *
 * - The words of messages, but for what they begin with (4.7) and that a reply says them the same everywhere.
 * - Which of several problems is told, when they are of one stage of 5.3: references, then everything else of section 6.
 * - The words of issues, their order, and how deep their paths go, from the command or from its envelope: each field that is wrong has at least one. A field that takes its
 *   value from another, as `display_name` from `name`, may have that one's issue. That two fields do not go together is told when
 *   each is right, and may be told before.
 * - The words of warnings, one for each unknown field, which names it; beside issues there may be others.
 * - Details of errors that 4.7 does not name, names of limits, the ids on a circle, and how deep a forest would have become.
 * - The last moment of an effective date that is out of range: it depends on the clock of the replica.
 * - What 2.2 and 3.1 do not say of what is new in the third edition, and is read like this: a code may have any space character between
 *   others, and the two joiners; what stands in no code is left out where one is made of a name, before it is cut; a role cannot have a
 *   dotted line to itself, as elsewhere a unit cannot be below itself; such lines are a list, whose order counts and in which each
 *   role is once, so that a line to a role that ends is lost where its replacement is in it already; `status` of a new role is no part
 *   of a digest when it says nothing new; an identity that lacks something has it from the headers, and otherwise from its own
 *   `message_id`. These are no matchers.
 * - Headers of replies and events that 4.4 and 4.6 do not name, and trace context.
 */

/** Any text. */
export const someText = new Matcher("a text", (actual) => typeof actual === "string")

/** Anything but nothing. */
export const someValue = new Matcher("something", (actual) => actual !== undefined)

/** A text that begins with this. */
export const starting = (start: string): Matcher =>
  new Matcher(
    `"${start}…"`,
    (actual) => typeof actual === "string" && actual.startsWith(start) && actual.length > start.length
  )

/** A text with this in it. */
export const oneWith = (part: string): Matcher =>
  new Matcher(`a text with "${part}"`, (actual) => typeof actual === "string" && actual.includes(part))

/** An object with at least these keys, as they must be. */
export const atLeast = (fields: Readonly<Record<string, ExpectedJson>>): Matcher =>
  new Matcher(
    JSON.stringify(fields, (_, value) => value instanceof Matcher ? value.says : value),
    (actual) =>
      isFields(actual) &&
      Object.entries(fields).every(([key, value]) => key in actual && differences(value, actual[key]!).length === 0)
  )

/** What stands in an envelope is found there. */
const firstOf = (path: string) => /^[^.[]*/.exec(path.replace(/^command\./, ""))?.[0] ?? ""

/** A field that takes its value from another one when it is absent, and its issue with it. */
const followers: Readonly<Record<string, string>> = { display_name: "name" }

/** A list of issues: at least one for each of these fields, and none for another. */
export const issuesOf = (fields: ReadonlyArray<string>, further: ReadonlyArray<string> = []): Matcher =>
  new Matcher(`issues of ${fields.join()}`, (actual) => {
    if (!Array.isArray(actual) || !actual.every(isIssue)) return false
    const found = new Set(actual.map(({ path }) => firstOf(path)))
    return fields.every((field) => found.has(field)) &&
      [...found].every((field) =>
        fields.includes(field) || further.includes(field) || fields.includes(followers[field] ?? "")
      )
  })

const isIssue = (issue: Json): issue is { readonly path: string; readonly message: string } =>
  isFields(issue) && typeof issue["path"] === "string" && typeof issue["message"] === "string" &&
  issue["message"] !== ""

/** A list with at least a text for each of these. */
export const someFor = (parts: ReadonlyArray<string>): Matcher =>
  new Matcher(
    `texts with ${parts.join()}`,
    (actual) =>
      Array.isArray(actual) &&
      parts.every((part) => actual.some((each) => typeof each === "string" && each.includes(part)))
  )
