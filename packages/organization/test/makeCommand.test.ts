import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { deriveId } from "../src/protocol.ts"
import { makeCommand } from "../src/protocol.ts"
import { encodeCommand } from "../src/protocol.ts"
import { acme } from "./golden.ts"
import { sent } from "./send.ts"

const id = "0198c0de-1000-7000-8000-000000000001"

describe("makeCommand", () => {
  it("fills in everything but what it is told", () => {
    const command = Result.getOrThrow(
      makeCommand("CreateOrganization", id, {
        name: "Acme",
        organization_type: "LLC",
        founded_date: "2020-01-15T00:00:00Z"
      })
    )
    assert.deepInclude(
      command,
      { display_name: "Acme", description: null, organization_id: deriveId(id, "organization") } as object
    )
    assert.deepStrictEqual(
      sent(encodeCommand(command), { subject: "organization.commands.new.create_organization" }).command,
      command
    )
  })
  it("refuses wrong and unknown fields", () => {
    const fields = { organization_id: acme, new_status: "Actif", raeson: "x" }
    const result = Result.flip(makeCommand("ChangeOrganizationStatus", id, fields))
    assert.deepStrictEqual(Result.getOrThrow(result).details, {
      issues: [
        {
          path: "new_status",
          message: "Expected \"Pending\" | \"Active\" | \"Inactive\" | \"Suspended\" | \"Dissolved\" | \"Merged\""
        },
        { path: "raeson", message: "Expected no such field" }
      ]
    })
  })
})
