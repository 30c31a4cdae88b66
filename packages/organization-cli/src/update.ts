import { Command, Flag } from "effect/cli"
import { organizationFlags } from "./organizationFlags.ts"
import { commandFlags, orNull, submit } from "./submit.ts"

const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)

/** `organization update ID`. */
export const update = Command.make(
  "update",
  {
    id: organizationFlags.id,
    name: text("name", "New name"),
    displayName: text("display-name", "New short name"),
    description: text("description", "New description"),
    type: organizationFlags.type.pipe(Flag.optional),
    founded: text("founded", "When it was founded (RFC 3339)"),
    metadata: organizationFlags.metadata,
    clear: Flag.Literals("clear", ["description", "founded_date"]).pipe(
      Flag.withDescription("Remove a value: description or founded_date; may be given twice"),
      Flag.between(0, 2)
    ),
    ...commandFlags
  },
  ({ clear, description, displayName, founded, id, metadata, name, type, ...flags }) =>
    submit("UpdateOrganization", {
      organization_id: id,
      name: orNull(name),
      display_name: orNull(displayName),
      description: orNull(description),
      metadata: orNull(metadata),
      organization_type: orNull(type),
      founded_date: orNull(founded),
      clear
    }, flags)
).pipe(
  Command.withDescription("Change what is known about an organization; what is not named stays as it is"),
  Command.withExamples([
    { command: "organization update 0198c0de-… --display-name \"Acme Inc.\"", description: "Change the short name" },
    { command: "organization update 0198c0de-… --clear description", description: "Remove the description" }
  ])
)
