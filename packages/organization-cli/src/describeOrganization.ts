import { dateOrTimeText, type Timestamp } from "@cim-domain/commands/fields/Timestamp"
import type { OrganizationState } from "@cim-domain/organization"
import { HashMap } from "effect"
import { describeStructure, type StructureOptions } from "./describeStructure.ts"
import { describeType } from "./describeType.ts"
import { metadataFacts } from "./metadataFacts.ts"
import { countUnits } from "./tree/countUnits.ts"
import { lineColumns, wrapWords } from "./tree/wrapWords.ts"
import { unitTree } from "./unitTree.ts"

const row = (name: string, value: string | null | undefined): ReadonlyArray<string> => {
  if (value === null || value === undefined || value === "") return []
  const label = `  ${name.padEnd(13)} `
  const [first, ...rest] = wrapWords(value, lineColumns - label.length)
  return [`${label}${first}`, ...rest.map((line) => `${" ".repeat(label.length)}${line}`)]
}

const dateText = (time: Timestamp | null) => time === null ? null : dateOrTimeText(time)

/** An organization as lines for people: what it is, how it stands and since when, and its units as trees. */
export const describeOrganization = (state: OrganizationState, options: StructureOptions): ReadonlyArray<string> => {
  const { absorbed, anomalies, merged_into, organization, unknown_events } = state
  const root = organization === null ? [`(never created) ${state.id}`] : [
    ...wrapWords(
      organization.name === organization.display_name
        ? organization.name
        : `${organization.name} (${organization.display_name})`,
      lineColumns
    ),
    ...row("id", state.id),
    ...row("type", describeType(organization.organization_type)),
    ...row("status", [organization.status, organization.status_reason].filter((part) => part !== null).join(": ")),
    ...row("dissolved on", dateText(organization.dissolved_on)),
    ...row("description", organization.description),
    ...row("founded", dateText(organization.founded_date)),
    ...row("parent", organization.declared_parent_id),
    ...metadataFacts(organization.metadata).flatMap(([name, value]) => row(name, value)),
    ...row("created", organization.created_at)
  ]
  return [
    ...root,
    ...row("changed", state.updated_at),
    ...row("version", String(state.version)),
    ...row("merged into", merged_into?.organization_id),
    ...Array.from(HashMap.keys(absorbed)).toSorted().flatMap((id) => row("absorbed", id)),
    ...row("units", countUnits(unitTree(state, { ids: false, metadata: false, retired: false }))),
    ...row(
      "unreadable",
      unknown_events.count === 0 ?
        null :
        `${unknown_events.count} events; the first is ${
          (unknown_events.first_unreadable ?? unknown_events.first)?.event_type
        }. No command is accepted`
    ),
    ...row("anomalies", anomalies.count === 0 ? null : `${anomalies.count} events could not be applied`),
    ...describeStructure(state, options)
  ]
}
