import type { Fields, Json } from "./Json.ts"
import { liveOf, type ModelOrganization, retiredAs, type UnitKind } from "./ModelOrganization.ts"

const byId = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) => left < right ? -1 : 1

const listed = (units: Iterable<readonly [string, Fields]>): Json =>
  [...units].toSorted(byId).map(([id, unit]) => ({ id, ...unit }))

/**
 * An organization as the service keeps it in a snapshot (5.3), but for how it packs its memory of commands. Nothing that the service
 * wrote itself is foreign to it, so there are no anomalies and no unknown events.
 */
export const viewOf = (organization: ModelOrganization): Fields => {
  const all = (kind: UnitKind) => listed(organization.units[kind])
  return {
    id: organization.id,
    version: organization.version,
    updated_at: organization.updatedAt,
    organization: organization.root,
    departments: all("Department"),
    teams: all("Team"),
    roles: all("Role"),
    facilities: listed(liveOf(organization, "Facility")),
    removed_facility_ids: [...organization.units.Facility].filter(([, { status }]) => status === retiredAs.Facility)
      .map(([id]) => id).toSorted(),
    children: listed(organization.children),
    absorbed: [],
    merged_into: null,
    unknown_events: 0,
    anomalies: 0
  }
}

/** The same of what the service wrote; `null` when it cannot be read. */
export const viewOfState = (state: Json | undefined): Fields | null => {
  if (typeof state !== "object" || state === null) return null
  const { anomalies, recent_commands: _, unknown_events, ...rest } = state as Fields
  const count = (value: Json | undefined): Json => (value as Fields | undefined)?.["count"] ?? null
  return { ...rest, unknown_events: count(unknown_events), anomalies: count(anomalies) }
}
