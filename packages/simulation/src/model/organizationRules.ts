import type { Fields } from "./Json.ts"
import { changesOf, idIn, inRange, type Question, type Rule, within } from "./Plan.ts"
import { anything, type Refusal } from "./Refusal.ts"

/** Where a status leads by ChangeOrganizationStatus, and which command leads to the others: 5.1. */
const transitions: Readonly<Record<string, ReadonlyArray<string>>> = {
  Pending: ["Active"],
  Active: ["Inactive", "Suspended"],
  Inactive: ["Active"],
  Suspended: ["Active"]
}
const byCommand: Readonly<Record<string, string>> = { Dissolved: "DissolveOrganization", Merged: "MergeOrganizations" }

const transition = (from: string, to: string, reason: string | null): Refusal | null => {
  const allowed = transitions[from] ?? []
  if (!allowed.includes(to)) {
    return { tag: "InvalidStatusTransition", details: { from, to, allowed, use_command: byCommand[to] ?? null } }
  }
  return [from, to].includes("Suspended") && reason === null ? { tag: "ReasonRequired" } : null
}

const statusChange = ({ organization }: Question, to: string, reason: string | null) => {
  const from = organization.root!["status"] as string
  return {
    rules: () => from === to ? [] : [transition(from, to, reason)],
    effect: () =>
      from === to ? null : {
        type: "OrganizationStatusChanged",
        fields: { organization_id: organization.id, new_status: to, previous_status: from, reason }
      }
  }
}

const cycle: Refusal = { tag: "CircularReference", details: { kind: "Organization", path: anything } }

const create: Rule = ({ asked: { fields, organizationId } }) => ({
  rules: () => [idIn(fields, "parent_id") === organizationId && cycle],
  effect: () => ({ type: "OrganizationCreated", fields: { ...fields, organization_id: organizationId } })
})

const updatable = ["name", "display_name", "description", "metadata", "organization_type", "founded_date"]

const update: Rule = (question) => {
  const { asked, organization } = question
  const root = organization.root!
  const status = idIn(asked.fields, "status")
  const changes = changesOf(asked, root, updatable)
  if (status === null || status === root["status"]) {
    // The key is from the time when an update could change it.
    const written: Fields = Object.fromEntries(
      Object.entries(changes.changes).flatMap((entry) => entry[0] === "metadata" ? [["status", null], entry] : [entry])
    )
    return {
      effect: () =>
        changes.isNothing
          ? null
          : { type: "OrganizationUpdated", fields: { organization_id: organization.id, changes: written } }
    }
  }
  // A change of status alone is one, whichever command asks for it; with anything else it is none.
  return changes.isNothing
    ? statusChange(question, status, null)
    : { rules: () => [{ tag: "MixedStatusUpdate" }], effect: () => null }
}

const changeStatus: Rule = (question) =>
  statusChange(question, question.asked.fields["new_status"] as string, idIn(question.asked.fields, "reason"))

const dissolve: Rule = (question) => {
  const { asked: { fields }, organization } = question
  const children = [...organization.children.keys()].toSorted()
  return {
    rules: () => [
      children.length > 0 && { tag: "HasChildOrganizations", details: { ids: children } },
      inRange(question)
    ],
    effect: () => ({ type: "OrganizationDissolved", fields })
  }
}

const addChild: Rule = ({ asked: { fields }, limits, organization }) => {
  const child = idIn(fields, "child_organization_id")!
  const isKnown = organization.children.has(child)
  return {
    rules: () => [
      child === organization.id && cycle,
      !isKnown && within(limits.children, organization.children.size + 1)
    ],
    effect: () => isKnown ? null : { type: "ChildOrganizationAdded", fields }
  }
}

const removeChild: Rule = ({ asked: { fields }, organization }) => {
  const child = idIn(fields, "child_organization_id")!
  return {
    references: [
      !organization.children.has(child) &&
      { tag: "ChildOrganizationNotFound", details: { child_organization_id: child } }
    ],
    effect: () => ({ type: "ChildOrganizationRemoved", fields })
  }
}

/** 6.1. Merging is in 6.4. */
export const organizationRules: Readonly<Record<string, Rule>> = {
  CreateOrganization: create,
  UpdateOrganization: update,
  ChangeOrganizationStatus: changeStatus,
  DissolveOrganization: dissolve,
  AddChildOrganization: addChild,
  RemoveChildOrganization: removeChild
}
