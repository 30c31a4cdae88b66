import type { Fields } from "./Json.ts"

/** The kinds of units that an organization consists of. */
export type UnitKind = "Department" | "Team" | "Role" | "Facility"

/** Units by id, live and retired; a removed facility is `Removed`. Ids in records are plain texts. */
export type Units = ReadonlyMap<string, Fields>

/** An event that was stored, and the command that it came from. */
export interface ModelEntry {
  readonly commandId: string
  readonly commandType: string
  /** `null` for an event from before there were digests. */
  readonly digest: string | null
  readonly eventId: string
  readonly eventType: string
  /** The version that it made. */
  readonly version: number
  readonly sequence: number
}

/** One organization after some of its events: nothing but records. */
export interface ModelOrganization {
  readonly id: string
  /** Events so far. */
  readonly version: number
  /** When the last of them occurred, as it is written. */
  readonly updatedAt: string | null
  /** The organization itself, `null` before it is created. */
  readonly root: Fields | null
  readonly units: Readonly<Record<UnitKind, Units>>
  /** Child organizations by id. */
  readonly children: Units
  /** By command id. Grows with the history and is shared by all its versions: what is of a later version counts for nothing. */
  readonly entries: ReadonlyMap<string, ModelEntry>
}

/** An organization to which nothing has happened. */
export const absent = (id: string): ModelOrganization => ({
  id,
  version: 0,
  updatedAt: null,
  root: null,
  units: { Department: new Map(), Team: new Map(), Role: new Map(), Facility: new Map() },
  children: new Map(),
  entries: new Map()
})

/** What a retired unit is called, by kind. */
export const retiredAs: Readonly<Record<UnitKind, string>> = {
  Department: "Dissolved",
  Team: "Disbanded",
  Role: "Deprecated",
  Facility: "Removed"
}

/** The field that makes a forest of a kind. */
export const parentField: Readonly<Record<UnitKind, string | null>> = {
  Department: "parent_department_id",
  Team: null,
  Role: "reports_to",
  Facility: "parent_facility_id"
}

/** The live units of a kind, in the order of their ids. */
export const liveOf = (organization: ModelOrganization, kind: UnitKind): ReadonlyArray<readonly [string, Fields]> =>
  [...organization.units[kind]].filter(([, unit]) => unit["status"] !== retiredAs[kind])
    .toSorted(([left], [right]) => left < right ? -1 : 1)

/** The ids of the live units of a kind that have this in that field. */
export const liveWith = (
  organization: ModelOrganization,
  kind: UnitKind,
  field: string,
  id: string
): ReadonlyArray<string> => liveOf(organization, kind).filter(([, unit]) => unit[field] === id).map(([each]) => each)

/** The ids from a unit up to the top of its forest, itself first. */
export const upwards = (organization: ModelOrganization, kind: UnitKind, id: string | null): ReadonlyArray<string> => {
  const way: Array<string> = []
  for (let at = id; at !== null && !way.includes(at); at = parentOf(organization, kind, at)) way.push(at)
  return way
}

const parentOf = (organization: ModelOrganization, kind: UnitKind, id: string) =>
  (organization.units[kind].get(id)?.[parentField[kind] ?? ""] ?? null) as string | null
