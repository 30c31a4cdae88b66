import { dateOrTimeText, type Timestamp } from "@cim-domain/commands/fields/Timestamp"
import type { RecordedEvent } from "@cim-domain/event-sourcing"
import type { OrganizationEvent } from "@cim-domain/organization"
import { DateTime } from "effect"

/** What every event has; a line shows it in its own columns or not at all. */
const common = new Set([
  "event_type",
  "event_id",
  "identity",
  "organization_id",
  "occurred_at",
  "schema_version",
  "issued_by"
])

const short = (value: unknown): string => {
  const text = typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value) ?? ""
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** Whether a value is `null`, or a list or an object of nothing. */
const saysNothing = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0)

const facts = (values: object): ReadonlyArray<string> =>
  Object.entries(values).flatMap(([name, value]) =>
    common.has(name) || saysNothing(value) ?
      []
      : name === "changes" ?
      facts(value as object)
      : [`${name}=${short(name.endsWith("_date") ? dateOrTimeText(value as Timestamp) : value)}`]
  )

/** An event as one line: where it is stored, when, whose, what. */
export const describeEvent = (recorded: RecordedEvent, event: OrganizationEvent): string => {
  const where = `#${recorded.position}`.padEnd(7)
  const when = DateTime.formatIso(DateTime.makeUnsafe(recorded.time))
  const what = event.event_type === "Opaque"
    ? `${recorded.type} (this version cannot read it)`
    : [event.event_type, ...facts(event), ...(event.issued_by === null ? [] : [`by ${event.issued_by}`])].join(" ")
  return `${where} ${when} ${recorded.aggregateId} v${recorded.version} ${what}`
}
