import type { OrganizationState } from "@cim-domain/organization"
import { HashMap } from "effect"

const row = (name: string, value: string | null | undefined) =>
  value === null || value === undefined || value === "" ? [] : [`  ${name.padEnd(13)} ${value}`]

/** A legal form as people write it. */
export const describeType = (type: string | { readonly Other: string }): string =>
  typeof type === "string" ? type : type.Other

/** An organization for people: what it is, how it stands, and since when. */
export const describeOrganization = (state: OrganizationState): string => {
  const { anomalies, children, organization, unknown_events } = state
  const root = organization === null ? [`(never created) ${state.id}`] : [
    organization.name === organization.display_name
      ? organization.name
      : `${organization.name} (${organization.display_name})`,
    ...row("id", state.id),
    ...row("type", describeType(organization.organization_type)),
    ...row("status", [organization.status, organization.status_reason].filter((part) => part !== null).join(": ")),
    ...row("dissolved on", organization.dissolved_on),
    ...row("description", organization.description),
    ...row("founded", organization.founded_date),
    ...row("parent", organization.declared_parent_id),
    ...Object.entries(organization.metadata as Readonly<Record<string, unknown>>).flatMap(([key, value]) =>
      row(key, typeof value === "string" ? value : JSON.stringify(value))
    ),
    ...row("created", organization.created_at)
  ]
  return [
    ...root,
    ...row("changed", state.updated_at),
    ...row("version", String(state.version)),
    ...[...HashMap.values(children)].flatMap((child) =>
      row("child", `${child.name} (${describeType(child.type)}) ${child.id}`)
    ),
    ...row(
      "unreadable",
      unknown_events.count === 0 ?
        null :
        `${unknown_events.count} events; the first is ${
          (unknown_events.first_unreadable ?? unknown_events.first)?.event_type
        }. No command is accepted`
    ),
    ...row("anomalies", anomalies.count === 0 ? null : `${anomalies.count} events could not be applied`)
  ].join("\n")
}
