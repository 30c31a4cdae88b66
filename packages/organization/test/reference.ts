import { statusOf } from "@cim-domain/commands/Rejection"
import { commandGate } from "../src/decide/commandGate.ts"
import { supportedCommands } from "../src/decide/decide.ts"
import { type CommandType, commandTypes, isCommandType } from "../src/OrganizationCommand.ts"
import { errorKinds, type ErrorTag, errorTags } from "../src/OrganizationError.ts"
import { eventTable, eventTypes } from "../src/OrganizationEvent.ts"
import { commandSchemas, decodeCommandFields } from "../src/protocol.ts"
import { commandSubject } from "../src/protocol.ts"
import { golden } from "./golden.ts"

/** What each command is for. */
const about: Readonly<Record<CommandType, string>> = {
  CreateOrganization: "Founds an organization. Its id may be chosen; otherwise it follows from the command id.",
  UpdateOrganization: "Changes what is known about an organization. What is `null` or missing stays as it is.",
  DissolveOrganization: "Ends an organization for good. Its units stay readable.",
  MergeOrganizations: "Merges one organization into another, which survives.",
  ChangeOrganizationStatus: "Moves an organization along its life. Into and out of `Suspended` it takes a reason.",
  CreateDepartment: "Creates a department, at the top or below another one.",
  UpdateDepartment: "Changes a department, its head, or its status; `Dissolved` has a command of its own.",
  RestructureDepartment: "Moves a department, or announces that it is split or merged.",
  DissolveDepartment: "Ends a department. What it contains goes to another department, which must be named.",
  CreateTeam: "Forms a team, inside a department or outside of all.",
  UpdateTeam: "Changes a team. When it moves to another department, its roles follow.",
  DisbandTeam: "Ends a team. Its roles go to another team, or out of all teams.",
  CreateRole: "Creates a position, whether or not somebody holds it.",
  UpdateRole: "Changes a position, or whom it reports to.",
  DeprecateRole: "Ends a position. Another one takes its reports, departments and teams.",
  CreateFacility: "Adds a place, inside another one or on its own.",
  UpdateFacility: "Changes a place, or moves it into another one.",
  RemoveFacility: "Removes a place. Places inside it move, to one that is named or one level up.",
  AddChildOrganization: "Records that another organization is a child of this one.",
  RemoveChildOrganization: "Records that another organization is no longer a child of this one."
}

/** What somebody who gets an error can do about it. */
const advice: Readonly<Record<ErrorTag, string>> = {
  OrganizationNotFound: "Check the id; create the organization first.",
  DepartmentNotFound: "Check the id; it must belong to this organization.",
  TeamNotFound: "Check the id; it must belong to this organization.",
  RoleNotFound: "Check the id; it must belong to this organization.",
  FacilityNotFound: "Check the id; it must belong to this organization.",
  ChildOrganizationNotFound: "Nothing to remove: it is not a child of this organization.",
  ProcessNotFound: "Check the id of the process.",
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
  MalformedMessage: "Send one JSON object as UTF-8.",
  UnknownCommandType: "Check the spelling of `command_type`.",
  UnknownQueryType: "Check the spelling of `query_type`.",
  ValidationFailed: "Mend every issue; each has its path.",
  SubjectMismatch: "Send the command on its own subject.",
  ReasonRequired: "Give a reason.",
  EffectiveDateOutOfRange: "Give a date from `min`, if there is one, to `max`.",
  VersionConflict: "Look at the organization again, then decide whether the command still makes sense.",
  IdempotencyConflict: "Give every command an id of its own.",
  ConcurrencyExhausted: "Send it again with the same id, a little later.",
  HierarchyBusy: "Send it again with the same id, a little later.",
  LimitExceeded: "Stay below `max`.",
  PermissionDenied: "Ask somebody who may.",
  UpgradeRequired: "Send it again; a newer replica may take it. Upgrade the replica that answered.",
  CommandNotSupported: "This version does not carry it out; `supported` lists what it does.",
  ReadModelBehind: "Ask again a little later.",
  StoreUnavailable: "Send it again with the same id: it may or may not have taken effect, and cannot happen twice.",
  Overloaded: "Send it again with the same id, a little later.",
  StreamUnreadable: "Tell the operator: an event in the stream is damaged.",
  HistoryTruncated: "Tell the operator: events are missing from the stream.",
  Internal: "Tell the operator; the log of the replica has the cause."
}

const examples = new Map(
  golden("commands").map((line) => {
    const command = JSON.parse(line) as { readonly command_type: string; readonly [field: string]: unknown }
    return [command.command_type, command]
  })
)

/** The events that a command may lead to. */
const eventsOf = (type: CommandType): string => {
  const events = eventTypes.filter((event) => eventTable[event].options.causedBy?.includes(type)).map((event) =>
    `\`${event}\``
  )
  return `${events.length === 1 ? "event" : "events"} ${events.join(" or ")}`
}

/** Fields that the service fills in when they are missing. */
const filledIn = new Set([
  "identity",
  "display_name",
  "metadata",
  "permissions",
  "responsibilities",
  "clear",
  "initial_status"
])

/** Whether a command without the field is refused, found out by trying. */
const isRequired = (type: CommandType, field: string): boolean => {
  const { [field]: _, ...rest } = examples.get(type)!
  const creates = type.startsWith("Create") && field === `${type.slice("Create".length).toLowerCase()}_id`
  return !creates && !filledIn.has(field) && decodeCommandFields(type, rest)._tag === "Failure"
}

const inline = (value: unknown) => {
  const text = JSON.stringify(value).replaceAll("|", "\\|")
  return `\`${text.length > 70 ? `${text.slice(0, 69)}…` : text}\``
}

const allowedIn = (type: CommandType) =>
  commandGate[type].length === 0 ? "" : ` Allowed while the organization is ${commandGate[type].join(", ")}.`

const command = (type: CommandType): string => {
  const example = examples.get(type)!
  const fields = Object.keys(commandSchemas[type].fields)
    .filter((field) => !["command_type", "identity", "issued_by", "expected_version"].includes(field))
  const { identity: _, ...withoutIdentity } = example
  return [
    `### ${type}`,
    "",
    about[type],
    "",
    `Subject \`${commandSubject("<organization id>", type)}\`, ${eventsOf(type)}.${allowedIn(type)}${
      (supportedCommands as ReadonlyArray<string>).includes(type) ? "" : " Not carried out by this version."
    }`,
    "",
    "| Field | Required | Example |",
    "| --- | --- | --- |",
    ...fields.map((field) =>
      `| \`${field}\` | ${isRequired(type, field) ? "yes" : ""} | ${inline(example[field] ?? null)} |`
    ),
    "",
    "```json",
    JSON.stringify(withoutIdentity, null, 2),
    "```"
  ].join("\n")
}

const error = (tag: ErrorTag): string => {
  const { category, code, details, retryable } = errorKinds[tag].schema.fields
  const names = Object.keys(details.fields).map((name) => `\`${name}\``).join(", ")
  return `| \`${code.literal}\` | ${category.literal} (${statusOf[category.literal]}) | ${
    retryable.literal ? "yes" : ""
  } | ${names} | ${advice[tag]} |`
}

/** The generated parts of the page for users of the domain, by name. */
export const reference: Readonly<Record<string, string>> = {
  commands: commandTypes.filter(isCommandType).map(command).join("\n\n"),
  errors: [
    "| Code | Category | Again? | Details | What to do |",
    "| --- | --- | --- | --- | --- |",
    ...errorTags.map(error)
  ].join("\n")
}
