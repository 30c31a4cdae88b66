import { departmentRules } from "./departmentRules.ts"
import { eventTable, write } from "./eventTable.ts"
import { guards } from "./guards.ts"
import { deriveId } from "./ids.ts"
import type { Fields } from "./Json.ts"
import type { ModelEntry } from "./ModelOrganization.ts"
import { organizationRules } from "./organizationRules.ts"
import { type Plan, type Question, type Rule } from "./Plan.ts"
import type { Asked } from "./readRequest.ts"
import type { Refusal } from "./Refusal.ts"
import { roleRules } from "./roleRules.ts"

/** The event that an accepted command leads to, to the letter. */
export interface ExpectedEvent {
  readonly type: string
  readonly id: string
  readonly data: Fields
}

/** The only permitted effect of a command at its place in a history. */
export type Expected =
  /** One of these: they are problems of the same stage. */
  | { readonly is: "refused"; readonly refusals: ReadonlyArray<Refusal> }
  | { readonly is: "unchanged" }
  /** It has had its effect already. */
  | { readonly is: "repeated"; readonly entry: ModelEntry }
  | { readonly is: "accepted"; readonly event: ExpectedEvent }

const rules: Readonly<Record<string, Rule>> = { ...organizationRules, ...departmentRules, ...roleRules }

/** What the specification says to a command: the order of checks of 5.3. */
export const expect = (question: Question): Expected => {
  const { asked, organization } = question
  const entry = organization.entries.get(asked.commandId)
  if (entry !== undefined && entry.version <= organization.version) return repeated(asked, entry)
  for (const guard of guards) {
    const refusal = guard(question)
    if (refusal) return { is: "refused", refusals: [refusal] }
  }
  const plan: Plan = rules[asked.commandType]!(question)
  const references = (plan.references ?? []).filter((problem) => problem !== null && problem !== false)
  if (references.length > 0) return { is: "refused", refusals: references }
  const effect = plan.effect()
  const problems = (plan.rules?.() ?? []).filter((problem) => problem !== null && problem !== false)
  if (problems.length > 0) return { is: "refused", refusals: problems }
  return effect === null
    ? { is: "unchanged" }
    : { is: "accepted", event: eventOf(question, effect.type, effect.fields) }
}

const repeated = ({ commandId, commandType, digest }: Asked, entry: ModelEntry): Expected => {
  const isSameType = commandType === entry.commandType
  if (isSameType && (entry.digest === null || digest === entry.digest)) return { is: "repeated", entry }
  const details = {
    command_id: commandId,
    recorded_type: entry.commandType,
    why: isSameType ? "content" : "type"
  }
  return { is: "refused", refusals: [{ tag: "IdempotencyConflict", details }] }
}

/** The moment of an event: never before that of the one before it. */
export const occurredAt = ({ now, organization: { updatedAt } }: Question): string => {
  const at = new Date(now).toISOString()
  return updatedAt !== null && updatedAt > at ? updatedAt : at
}

const eventOf = (question: Question, type: string, fields: Fields): ExpectedEvent => {
  const { asked, organization } = question
  const row = eventTable[type]!
  const id = deriveId(asked.commandId, `event:${organization.id}`)
  const part = (keys: typeof row.before) =>
    Object.fromEntries(Object.entries(keys).map(([key, written]) => [key, write(fields[key] ?? null, written)]))
  return {
    type,
    id,
    data: {
      event_type: type,
      event_id: id,
      identity: { correlation_id: asked.correlation, causation_id: asked.commandId, message_id: id },
      ...part(row.before),
      occurred_at: occurredAt(question),
      ...part(row.after),
      issued_by: asked.actor,
      schema_version: 2
    }
  }
}
