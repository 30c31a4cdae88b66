import { noChange } from "@cim-domain/event-sourcing/Decider"
import { Organization } from "@cim-domain/organization"
import type { Domain } from "./recordHistory.ts"

type Decider = Domain["decider"]
type State = Parameters<Decider["decide"]>[0]
type Command = Parameters<Decider["decide"]>[1]

/** The domain with another rule. */
const deciding = (change: (decide: Decider["decide"]) => Decider["decide"]): Domain => ({
  ...Organization,
  decider: { ...Organization.decider, decide: change(Organization.decider.decide) }
})

/** The domain where each command of a kind is decided as if it were another one. */
const asIf = (type: Command["command_type"] | "any", change: (command: any, state: State) => object): Domain =>
  deciding((decide) => (state, command, ...rest) =>
    decide(
      state,
      type === "any" || command.command_type === type ? { ...command, ...change(command, state) } : command,
      ...rest
    )
  )

/** The domain where what events of a kind did is put right, or wrong, afterwards. */
const evolving = (type: string, change: (after: any, before: any, event: any) => object): Domain => ({
  ...Organization,
  decider: {
    ...Organization.decider,
    evolve: (state, event, ...rest) => {
      const after = Organization.decider.evolve(state, event, ...rest)
      return event.event_type === type ? { ...after, ...change(after, state, event) } : after
    }
  }
})

/** Rules of the domain that are wrong, each in one place. A history of a service with any of them must be found to be wrong. */
export const plantedRules: Readonly<Record<string, Domain>> = {
  "an update of one field in Inactive is answered no_change and dropped": deciding(
    (decide) => (state, command, ...rest) => {
      const decision = decide(state, command, ...rest)
      const isSmall = decision._tag === "Accepted" && decision.events[0].event_type === "OrganizationUpdated" &&
        state.organization?.status === "Inactive"
      return isSmall ? noChange : decision
    }
  ),
  "DepartmentCreated clears the organization's description": evolving("DepartmentCreated", ({ organization }) => ({
    organization: { ...organization, description: null }
  })),
  "only a higher expected version is refused": asIf("any", ({ expected_version }, { version }) => ({
    expected_version: expected_version !== null && expected_version < version ? null : expected_version
  })),
  "an expected version counts for nothing": asIf("any", () => ({ expected_version: null })),
  "what is to be cleared is kept": asIf("UpdateOrganization", () => ({ clear: [] })),
  "a reason is not needed": asIf("ChangeOrganizationStatus", ({ reason }) => ({ reason: reason ?? "None" })),
  "metadata are added to those that are there": asIf("UpdateOrganization", ({ metadata }, { organization }) => ({
    metadata: metadata === null ? null : { ...(organization?.metadata as object | undefined), ...metadata }
  })),
  "a status may change beside other fields": asIf("UpdateOrganization", () => ({ status: null })),
  "a restructuring has no reason": asIf("RestructureDepartment", () => ({ reason: null })),
  "nobody heads a department from its first day": asIf("CreateDepartment", () => ({ head_role_id: null })),
  "every role is held at first": asIf("CreateRole", () => ({ status: "Active" })),
  "metadata of a role are dropped": asIf("CreateRole", () => ({ metadata: {} })),
  "a code that nobody gave is the id": asIf("CreateFacility", ({ code, identity }) => ({
    code: code ?? identity.message_id
  })),
  "a code is kept in capitals": asIf("CreateRole", ({ code }) => ({ code: code === null ? null : code.toUpperCase() })),
  "a dotted line may be drawn only once": asIf("UpdateRole", () => ({ dotted_line_to: null })),
  "dotted lines lead on to a role that ends": deciding((decide) => (state, command, ...rest) => {
    const decision = decide(state, command, ...rest)
    if (decision._tag !== "Accepted") return decision
    const [event] = decision.events
    if (!("repointed" in event) || event.repointed === null) return decision
    return { ...decision, events: [{ ...event, repointed: { ...event.repointed, dotted_role_ids: [] } }] }
  }),
  "a restructuring is always a transfer": asIf("RestructureDepartment", () => ({ restructure_type: "Transfer" })),
  "a dissolved department's contents may go nowhere": deciding((decide) => (state, command, ...rest) => {
    const decision = decide(state, command, ...rest)
    return decision._tag === "Rejected" && decision.rejection._tag === "DepartmentNotEmpty" ? noChange : decision
  }),
  "codes are free for all": deciding((decide) => (state, command, ...rest) => {
    const decision = decide(state, command, ...rest)
    const isTaken = decision._tag === "Rejected" && decision.rejection._tag === "CodeAlreadyInUse"
    return isTaken
      ? decide(state, { ...command, code: command.identity.message_id.slice(0, 30) } as Command, ...rest)
      : decision
  }),
  "any date may be effective": deciding((decide) => (state, command, context, ...rest) =>
    decide(
      state,
      command,
      { ...context, limits: { ...context.limits, effectiveDateToleranceMillis: 1e14 } },
      ...rest
    )
  ),
  "an organization that has ended changes its name": deciding((decide) => (state, command, ...rest) => {
    const ended = state.organization?.status === "Dissolved"
    const living = ended ? { ...state, organization: { ...state.organization!, status: "Active" as const } } : state
    return decide(command.command_type === "UpdateOrganization" ? living : state, command, ...rest)
  }),
  "suspended organizations change as others do": deciding((decide) => (state, command, ...rest) => {
    const isSuspended = state.organization?.status === "Suspended" && command.command_type.endsWith("Department")
    return decide(
      isSuspended ? { ...state, organization: { ...state.organization!, status: "Active" as const } } : state,
      command,
      ...rest
    )
  }),
  "an inactive organization is not Inactive any more when it is updated": evolving(
    "OrganizationUpdated",
    ({ organization }) => ({ organization: { ...organization, status: "Active" } })
  ),
  "a change of status forgets the reason": evolving("OrganizationStatusChanged", ({ organization }) => ({
    organization: { ...organization, status_reason: null }
  })),
  "an added child is called otherwise": evolving("ChildOrganizationAdded", ({ organization }) => ({
    organization: { ...organization, display_name: organization.name }
  })),
  "a team that is formed founds the organization anew": evolving("TeamFormed", ({ organization }) => ({
    organization: { ...organization, founded_date: null, metadata: {} }
  })),
  "clocks go an hour ahead": deciding((decide) => (state, command, context, ...rest) =>
    decide(state, command, { ...context, now: context.now + 3_600_000 }, ...rest)
  ),
  "nobody has issued anything": asIf("any", () => ({ issued_by: null })),
  "the correlation is the command's own": asIf("any", ({ identity }) => ({
    identity: { ...identity, correlation_id: { kind: "Single", value: identity.message_id } }
  })),
  "ids of events follow from the command alone": deciding((decide) => (state, command, context, ...rest) =>
    decide(
      state,
      command,
      { ...context, id: (slot: string) => context.id(slot.replace(/^event:.*/, "event:0")) },
      ...rest
    )
  )
}
