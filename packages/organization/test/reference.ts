import { reference as referenceOf } from "@cim-domain/commands/reference/reference"
import type { CommandWords } from "@cim-domain/commands/reference/ReferenceWords"
import { beforeCreation } from "../src/definition/CommandGate.ts"
import { noRuleYet } from "../src/definition/organizationCommand.ts"
import { Organization } from "../src/Organization.ts"
import { commandTable, type CommandType, commandTypes } from "../src/OrganizationCommand.ts"
import { domainErrors, laterErrorTags } from "../src/OrganizationError.ts"
import type { EventType } from "../src/OrganizationEvent.ts"
import { golden } from "./golden.ts"

type DomainTag = keyof typeof domainErrors

/** What somebody who gets an error can do about it. */
const advice: Readonly<Record<DomainTag, string>> = {
  OrganizationNotFound: "Check the id; create the organization first.",
  DepartmentNotFound: "Check the id; it must belong to this organization.",
  TeamNotFound: "Check the id; it must belong to this organization.",
  RoleNotFound: "Check the id; it must belong to this organization.",
  FacilityNotFound: "Check the id; it must belong to this organization.",
  ChildOrganizationNotFound: "Nothing to remove: it is not a child of this organization.",
  OrganizationAlreadyExists: "It is there already: update it, or choose another id.",
  EntityAlreadyExists: "Choose another id; ids are never used again, not even those of retired units.",
  CodeAlreadyInUse: "Choose another code, or change or retire its holder. Upper and lower case are the same.",
  ChildAlreadyLinked: "Remove the child from its other parent first.",
  CircularReference: "The path shows the circle; break it elsewhere or choose another target.",
  InvalidTransferTarget:
    "Name a live unit of the same kind that is neither the ended one nor below it, and no closed facility.",
  InvalidRestructure: "Choose the restructuring that fits where the department goes.",
  TeamDepartmentMismatch: "Give the role the department of its team, or none.",
  OrganizationTerminal: "Nothing: a dissolved or merged organization does not change.",
  CommandNotAllowedInStatus: "Change the status of the organization first; `allowed_in` lists the right ones.",
  InvalidStatusTransition: "Go by one of `allowed`, or use the command in `use_command`.",
  MixedStatusUpdate: "Send the status on its own.",
  EntityRetired: "The unit has ended or, for a facility, is closed; name another one.",
  InvalidEntityStatus: "Use the command in `use_command`, or a status that may follow.",
  DepartmentNotEmpty: "Name in `transfer_to` where its contents go.",
  FacilityNotEmpty: "Name `transfer_children_to`, or set `promote_children`.",
  RoleInUse: "Name in `replacement_role_id` who takes over.",
  HasChildOrganizations: "Remove the child organizations first.",
  MergeCounterpartInvalid: "Both organizations must be active and apart from each other.",
  ParentNotAvailable: "Name a parent that is pending or active, or none.",
  UnknownQueryType: "Check the spelling of `query_type`.",
  ReasonRequired: "Give a reason.",
  EffectiveDateOutOfRange: "Give a date from `min`, if there is one, to `max`.",
  HierarchyBusy: "Send it again with the same id, a little later.",
  ReadModelBehind: "Ask again a little later."
}

const later = new Set<DomainTag>(laterErrorTags)

const adviceOf = (tag: DomainTag): string => `${advice[tag]}${later.has(tag) ? " Not answered by this version." : ""}`

const examples = new Map(
  golden("commands").map((line) => {
    const command = JSON.parse(line) as { readonly command_type: string; readonly [field: string]: unknown }
    return [command.command_type, command]
  })
)

const wordsOf = (type: CommandType): CommandWords<EventType> => {
  const { about, gate, leadsTo, rule }: (typeof commandTable)[CommandType] = commandTable[type]
  return {
    about,
    leadsTo,
    notes: [
      ...(gate === beforeCreation ? [] : [`Allowed while the organization is ${gate.join(", ")}.`]),
      ...(rule === noRuleYet ? ["Not carried out by this version."] : [])
    ],
    example: examples.get(type)
  }
}

/** The generated parts of the page for users of the domain, by name. */
export const { commands, errors } = referenceOf(Organization, {
  commands: Object.fromEntries(commandTypes.map((type) => [type, wordsOf(type)])),
  advice: Object.fromEntries((Object.keys(domainErrors) as ReadonlyArray<DomainTag>).map((tag) => [tag, adviceOf(tag)]))
})
