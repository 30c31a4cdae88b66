import { Argument, Command, Flag } from "effect/cli"
import { organizationFlags } from "./organizationFlags.ts"
import { commandFlags, orNull, submit } from "./submit.ts"

/** `organization create NAME`. */
export const create = Command.make(
  "create",
  {
    name: Argument.String("name").pipe(Argument.withDescription("Name, 1 to 200 characters")),
    id: Flag.String("id").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("Id of the organization; derived from the command id when not given"),
      Flag.optional
    ),
    displayName: Flag.String("display-name").pipe(
      Flag.withDescription("Short name; the name when not given"),
      Flag.optional
    ),
    description: Flag.String("description").pipe(Flag.withDescription("Up to 4000 characters"), Flag.optional),
    type: organizationFlags.type.pipe(Flag.withDefault("Corporation")),
    parent: Flag.String("parent").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("Declared parent organization"),
      Flag.optional
    ),
    founded: Flag.String("founded").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("When it was founded (RFC 3339)"),
      Flag.optional
    ),
    metadata: organizationFlags.metadata,
    pending: Flag.Boolean("pending").pipe(
      Flag.withDescription("Start as Pending, to be activated later"),
      Flag.withDefault(false)
    ),
    ...commandFlags
  },
  ({ description, displayName, founded, id, metadata, name, parent, pending, type, ...flags }) =>
    submit("CreateOrganization", {
      name,
      display_name: orNull(displayName),
      description: orNull(description),
      organization_type: type,
      parent_id: orNull(parent),
      founded_date: orNull(founded),
      metadata: orNull(metadata),
      organization_id: orNull(id),
      initial_status: pending ? "Pending" : "Active"
    }, flags)
).pipe(
  Command.withDescription("Create an organization"),
  Command.withExamples([
    { command: "organization create \"Acme Corporation\" --display-name Acme", description: "A corporation" },
    { command: "organization create \"Acme Labs\" --type LLC --pending", description: "One that waits for its papers" }
  ])
)
