import type { Fields, Json } from "./Json.ts"
import { isSame } from "./Json.ts"
import {
  liveOf,
  liveWith,
  type ModelOrganization,
  parentField,
  retiredAs,
  type UnitKind,
  upwards
} from "./ModelOrganization.ts"
import type { Asked } from "./readRequest.ts"
import { anything, type Refusal } from "./Refusal.ts"
import { codeFromName, codeKey } from "./values.ts"

/** Bounds of 2.2 that an operator may choose. */
export interface ModelLimits {
  readonly depth: number
  readonly unitsPerKind: number
  readonly children: number
  /** How far in the future an effective date may lie, in milliseconds. */
  readonly effectiveDateToleranceMillis: number
}

/** The bounds that hold when nobody chooses others. */
export const modelLimits: ModelLimits = {
  depth: 32,
  unitsPerKind: 10_000,
  children: 1_000,
  effectiveDateToleranceMillis: 300_000
}

/** A command at a place in a history, at a time in milliseconds since 1970. */
export interface Question {
  readonly organization: ModelOrganization
  readonly asked: Asked
  readonly now: number
  readonly limits: ModelLimits
}

type Problem = Refusal | null | false

/** What the rules of a command say, in the order of 5.3: of several problems of one stage any may be told. */
export interface Plan {
  /** What it names is there and live. */
  readonly references?: ReadonlyArray<Problem>
  /** Codes, cycles, limits, and what else section 6 asks for. */
  readonly rules?: () => ReadonlyArray<Problem>
  /** The event and its own fields, or `null` when nothing differs. */
  readonly effect: () => { readonly type: string; readonly fields: Fields } | null
}

/** The rules of one kind of command. */
export type Rule = (question: Question) => Plan

/** A field with an id. */
export const idIn = (fields: Fields, name: string): string | null => (fields[name] ?? null) as string | null

/** That a unit is there and live, `null` when it is or none is named. */
export const live = ({ organization }: Question, kind: UnitKind, id: string | null): Problem => {
  const status = id === null ? undefined : organization.units[kind].get(id)?.["status"]
  if (id === null || (status !== undefined && status !== retiredAs[kind])) return null
  return status === undefined
    ? { tag: `${kind}NotFound`, details: { [`${kind.toLowerCase()}_id`]: id } }
    : { tag: "EntityRetired", details: { kind, id, status } }
}

/** That an id of a new unit was never used. */
export const unused = ({ asked, organization }: Question, kind: UnitKind): Problem =>
  organization.units[kind].has(asked.createdId!) &&
  { tag: "EntityAlreadyExists", details: { kind, id: asked.createdId! } }

/** That nobody else of this kind has the code. */
export const codeIsFree = ({ asked, organization }: Question, kind: UnitKind, own: string | null): Problem => {
  const code = idIn(asked.fields, "code")
  const holder = code === null ? undefined : holderOf(organization, kind, code, own)
  return holder !== undefined && { tag: "CodeAlreadyInUse", details: { kind, code, held_by: holder[0] } }
}

const holderOf = (organization: ModelOrganization, kind: UnitKind, code: string, own: string | null = null) =>
  liveOf(organization, kind).find(([id, unit]) => id !== own && codeKey(unit["code"] as string) === codeKey(code))

/** The fields of a unit that is created: with its id, and with a code that is free where nobody gave it one. */
export const createdFields = (
  { asked: { createdId, fields, row }, organization }: Question,
  kind: "Department" | "Role" | "Facility",
  named: "name" | "title"
): Fields => ({
  ...fields,
  [row.creates![1]]: createdId!,
  code: idIn(fields, "code") ?? freeCode(organization, kind, codeFromName(fields[named] as string))
})

const freeCode = (organization: ModelOrganization, kind: UnitKind, code: string): string => {
  for (let number = 1;; number++) {
    const tried = number === 1 ? code : `${code}-${number}`
    if (holderOf(organization, kind, tried) === undefined) return tried
  }
}

/** That a unit does not come to stand below itself. */
export const noCycle = ({ organization }: Question, kind: UnitKind, id: string, under: string | null): Problem => {
  const way = upwards(organization, kind, under)
  if (!way.includes(id)) return null
  // From the unit down to the new parent and round.
  return { tag: "CircularReference", details: { kind, path: anything } }
}

/** That a bound is kept; what is counted is named as the service likes. */
export const within = (max: number, actual: number): Problem =>
  actual > max && { tag: "LimitExceeded", details: { limit: anything, max, actual } }

/** That there is room for one more unit of a kind. */
export const roomFor = ({ limits, organization }: Question, kind: UnitKind): Problem =>
  within(limits.unitsPerKind, liveOf(organization, kind).length + 1)

/** That a forest does not become deeper than it may when units get other parents; `gone` is no more. */
export const depthAfter = (
  { limits, organization }: Question,
  kind: UnitKind,
  parents: Readonly<Record<string, string | null>>,
  gone?: string
): Problem => {
  const field = parentField[kind]!
  const parentOf = (id: string) =>
    Object.hasOwn(parents, id) ? parents[id]! : idIn(organization.units[kind].get(id) ?? {}, field)
  const depthOf = (id: string | null, seen = 0): number =>
    id === null || seen > limits.depth + 1 ? seen : depthOf(parentOf(id), seen + 1)
  const ids = [...new Set([...liveOf(organization, kind).map(([id]) => id), ...Object.keys(parents)])]
  const deepest = Math.max(0, ...ids.filter((id) => id !== gone).map((id) => depthOf(id)))
  return deepest > limits.depth &&
    { tag: "LimitExceeded", details: { limit: anything, max: limits.depth, actual: anything } }
}

/** That an effective date is neither in the future nor before the organization was founded. */
export const inRange = ({ asked, limits, now, organization }: Question): Problem => {
  const date = Date.parse(asked.fields["effective_date"] as string)
  const founded = idIn(organization.root ?? {}, "founded_date")
  const isIn = date <= now + limits.effectiveDateToleranceMillis && (founded === null || date >= Date.parse(founded))
  return !isIn && { tag: "EffectiveDateOutOfRange", details: { min: founded, max: anything } }
}

/** The target of what has to go somewhere. */
export const noTarget = (target: string): Refusal => ({
  tag: "InvalidTransferTarget",
  details: { target, why: anything }
})

/** The fields of an update that differ from a record, and the ones that it clears. */
export const changesOf = (asked: Asked, record: Fields, names: ReadonlyArray<string>) => {
  const differs = (name: string) => {
    const value = asked.fields[name] ?? null
    return value !== null && !isSame(value, record[name] ?? null)
  }
  const changed = names.filter(differs)
  const cleared = asked.row.clearable.filter((name) => asked.clear.includes(name)).filter((name) =>
    (record[name] ?? null) !== null
  )
  const values: Record<string, Json> = Object.fromEntries(
    names.map((name) => [name, changed.includes(name) ? asked.fields[name]! : null])
  )
  const changes: Fields = { ...values, cleared }
  return { changed, cleared, isNothing: changed.length + cleared.length === 0, changes }
}

/** What a field of a record is after these changes. */
export const afterChanges = (record: Fields, changes: ReturnType<typeof changesOf>, name: string): string | null =>
  changes.cleared.includes(name)
    ? null
    : changes.changed.includes(name)
    ? changes.changes[name] as string | null
    : idIn(record, name)

/** The contents of a department. */
export const contentsOf = (organization: ModelOrganization, id: string) => ({
  departments: liveWith(organization, "Department", "parent_department_id", id),
  teams: liveWith(organization, "Team", "department_id", id),
  roles: liveWith(organization, "Role", "department_id", id)
})

/** A list of ids as it stands in a record or an error. */
export const list = (ids: ReadonlyArray<string>): Json => ids
