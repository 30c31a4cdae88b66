import { statusOf } from "@cim-domain/commands/Rejection"
import { beforeCreation } from "../src/definition/CommandGate.ts"
import { noRuleYet } from "../src/definition/organizationCommand.ts"
import { commandTable, type CommandType, commandTypes } from "../src/OrganizationCommand.ts"
import { errorKinds, type ErrorTag, errorTags, laterErrorTags } from "../src/OrganizationError.ts"
import { commandSchemas, commandSubject, decodeCommandFields } from "../src/protocol.ts"
import { golden } from "./golden.ts"

/** What somebody who gets an error can do about it. */
const advice: Readonly<Record<ErrorTag, string>> = {
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

type Definition = (typeof commandTable)[CommandType]

const examples = new Map(
  golden("commands").map((line) => {
    const command = JSON.parse(line) as { readonly command_type: string; readonly [field: string]: unknown }
    return [command.command_type, command]
  })
)

/** The events that a command may lead to. */
const eventsOf = ({ leadsTo }: Definition): string =>
  `${leadsTo.length === 1 ? "event" : "events"} ${leadsTo.map((event) => `\`${event}\``).join(" or ")}`

/** Whether a command without the field is refused, found out by trying; what the service fills in is not missed. */
const isRequired = (type: CommandType, field: string): boolean => {
  const { [field]: _, ...rest } = examples.get(type)!
  const { creates, defaults } = commandTable[type].options
  const isFilledIn = field === creates || field in (defaults?.({}) ?? {})
  return !isFilledIn && decodeCommandFields(type, rest)._tag === "Failure"
}

const inline = (value: unknown) => {
  const text = JSON.stringify(value).replaceAll("|", "\\|")
  return `\`${text.length > 70 ? `${text.slice(0, 69)}…` : text}\``
}

const allowedIn = ({ gate }: Definition) =>
  gate === beforeCreation ? "" : ` Allowed while the organization is ${gate.join(", ")}.`

const command = (type: CommandType): string => {
  const definition: Definition = commandTable[type]
  const example = examples.get(type)!
  const fields = Object.keys(commandSchemas[type].fields)
    .filter((field) => !["command_type", "identity", "issued_by", "expected_version"].includes(field))
  const { identity: _, ...withoutIdentity } = example
  return [
    `### ${type}`,
    "",
    definition.about,
    "",
    `Subject \`${commandSubject("<organization id>", type)}\`, ${eventsOf(definition)}.${allowedIn(definition)}${
      definition.rule === noRuleYet ? " Not carried out by this version." : ""
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

const isLater = (tag: ErrorTag) => (laterErrorTags as ReadonlyArray<ErrorTag>).includes(tag)

const error = (tag: ErrorTag): string => {
  const { category, code, details, retryable } = errorKinds[tag].schema.fields
  const names = Object.keys(details.fields).map((name) => `\`${name}\``).join(", ")
  return `| \`${code.literal}\` | ${category.literal} (${statusOf[category.literal]}) | ${
    retryable.literal ? "yes" : ""
  } | ${names} | ${advice[tag]}${isLater(tag) ? " Not answered by this version." : ""} |`
}

/** The generated parts of the page for users of the domain, by name. */
export const reference: Readonly<Record<string, string>> = {
  commands: commandTypes.map(command).join("\n\n"),
  errors: [
    "| Code | Category | Again? | Details | What to do |",
    "| --- | --- | --- | --- | --- |",
    ...errorTags.map(error)
  ].join("\n")
}
