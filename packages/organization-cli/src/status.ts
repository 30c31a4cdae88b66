import { OrganizationStatus } from "@cim-domain/organization"
import { Argument, Command, Flag } from "effect/cli"
import { organizationFlags } from "./organizationFlags.ts"
import { commandFlags, orNull, submit } from "./submit.ts"

/** `organization status ID STATUS`. */
export const status = Command.make("status", {
  id: organizationFlags.id,
  status: Argument.Literals("status", OrganizationStatus.to.literals).pipe(Argument.withDescription("New status")),
  reason: Flag.String("reason").pipe(
    Flag.withDescription("Why, up to 1000 characters; required into and out of Suspended"),
    Flag.optional
  ),
  ...commandFlags
}, ({ id, reason, status, ...flags }) =>
  submit("ChangeOrganizationStatus", {
    organization_id: id,
    new_status: status,
    reason: orNull(reason)
  }, flags)).pipe(
    Command.withDescription("Change the status of an organization"),
    Command.withExamples([
      { command: "organization status 0198c0de-… Suspended --reason \"Licence review\"", description: "Suspend it" }
    ])
  )
