import { OrganizationType } from "@cim-domain/organization"
import { Schema } from "effect"
import { Argument, Flag } from "effect/cli"

const typeNames = [...OrganizationType.to.members[0].literals, "Other:<label>"].join(", ")

/** What several sub-commands take about an organization. */
export const organizationFlags = {
  /** The organization a sub-command is about. */
  id: Argument.String("id").pipe(Argument.withDescription("Id of the organization (UUID)")),
  /** `--type`, where `Other:Joint venture` stands for a type of one's own. */
  type: Flag.String("type").pipe(
    Flag.withDescription(`Legal form: ${typeNames}`),
    Flag.map((text) => text.startsWith("Other:") ? { Other: text.slice("Other:".length) } : text)
  ),
  metadata: Flag.String("metadata").pipe(
    Flag.withMetavar("JSON"),
    Flag.withDescription("Free attributes as a JSON object; replaces what was there"),
    Flag.withSchema(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))),
    Flag.optional
  )
}
