import type { KnownCommand } from "../definition/CommandCatalog.ts"
import { isJsonObject } from "./parseJson.ts"
import { pathText } from "./ValidationIssue.ts"

const identityFields = new Set(["correlation_id", "causation_id", "message_id"])
const correlationFields = new Set(["kind", "value"])
/** More unknown fields than this are counted instead of listed. */
export const warningsMax = 50

/** Fields of a message that mean nothing. */
export interface UnknownFields {
  /** Where the first of them stand. */
  readonly paths: ReadonlyArray<string>
  readonly count: number
  /** The fields of the message that have some within. */
  readonly within: ReadonlySet<string>
}

/** No such fields. */
export const noUnknownFields: UnknownFields = { paths: [], count: 0, within: new Set() }

/**
 * The fields that a command of this type does not have. They are ignored, but whoever misspelt an optional field wants to
 * know. Free metadata has no unknown fields.
 */
export const unknownFields = (
  { shapes }: KnownCommand,
  command: { readonly [key: string]: unknown }
): UnknownFields => {
  const found = new Found()
  for (const key of Object.keys(command)) {
    const value = command[key]
    const shape = shapes.get(key)
    if (shape === undefined) found.add("", "", key)
    else if (typeof value === "object" && shape.members !== "any" && isJsonObject(value)) {
      addWithin(found, key, value, shape.members)
    }
  }
  return found.all
}

/**
 * A command with fields that are unknown, without them: what they cost to read again and again is not the reader's business.
 * What of it is right means the same, and what is wrong is as wrong.
 */
export const withoutUnknownFields = (
  { shapes }: KnownCommand,
  command: { readonly [key: string]: unknown },
  { within }: UnknownFields
): { readonly [key: string]: unknown } => {
  const known = only(shapes.keys(), command)
  for (const key of within) {
    const value = known[key]
    const members = shapes.get(key)?.members
    if (!isJsonObject(value) || members === undefined || members === "any") continue
    known[key] = key === "identity" ? withoutUnknownIds(value) : only(members, value)
  }
  return known
}

const withoutUnknownIds = (value: { readonly [key: string]: unknown }) => {
  const identity = only(identityFields, value)
  const correlation = identity["correlation_id"]
  if (isJsonObject(correlation)) identity["correlation_id"] = only(correlationFields, correlation)
  return identity
}

const only = (names: Iterable<string>, object: { readonly [key: string]: unknown }): Record<string, unknown> => {
  const kept: Record<string, unknown> = {}
  for (const name of names) if (Object.hasOwn(object, name)) kept[name] = object[name]
  return kept
}

/** The fields of an object beside those that are known. */
export const fieldsBeside = (
  known: ReadonlySet<string>,
  object: { readonly [key: string]: unknown }
): UnknownFields => {
  const found = new Found()
  for (const key of Object.keys(object)) if (!known.has(key)) found.add("", "", key)
  return found.all
}

const addWithin = (
  found: Found,
  key: string,
  value: { readonly [key: string]: unknown },
  members: ReadonlySet<string>
): void => {
  if (key !== "identity") return addUnknown(found, key, "", value, members)
  const correlation = value["correlation_id"]
  addUnknown(found, key, "", value, identityFields)
  if (isJsonObject(correlation)) addUnknown(found, key, "correlation_id", correlation, correlationFields)
}

const addUnknown = (
  found: Found,
  field: string,
  within: string,
  value: { readonly [key: string]: unknown },
  known: ReadonlySet<string>
): void => {
  const keys = Object.keys(value)
  for (const key of keys) {
    if (known.has(key)) continue
    // Of `{"Name": null}` the name is an issue of its own if it is wrong.
    if (field !== "identity" && keys.length === 1 && value[key] === null) return
    found.add(field, within, key)
  }
}

class Found {
  all: UnknownFields = noUnknownFields

  add(...path: ReadonlyArray<string>): void {
    const { count, paths, within } = this.all
    this.all = {
      count: count + 1,
      paths: count < warningsMax ? [...paths, pathText(path.filter((part) => part !== ""))] : paths,
      within: path[0] === "" || within.has(path[0]!) ? within : new Set([...within, path[0]!])
    }
  }
}
