import { commandTable } from "@cim-domain/organization"
import { Argument } from "effect/cli"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"
import { namesIn } from "../paramOf.ts"

/** `organization department restructure ID DEPARTMENT-ID TYPE`. */
export const restructureDepartment = commandOf("restructure", "RestructureDepartment", {
  organization_id: fields.organizationId,
  department_id: fields.unitId("department"),
  restructure_type: Argument.Literals("type", namesIn(commandTable.RestructureDepartment.fields.restructure_type)).pipe(
    Argument.withDescription("What happens to it")
  ),
  new_parent_id: ["parent", "The department it moves to; none for the top level"],
  reason: fields.reason
}, {
  description: "Move a department with all that is in it, or mark it to be split or merged",
  examples: [
    ["department restructure 0198c0de-… 0198c0de-… Transfer --parent 0198c0de-…", "Move it below another one"],
    ["department restructure 0198c0de-… 0198c0de-… Promotion", "Move it to the top level"]
  ]
})
