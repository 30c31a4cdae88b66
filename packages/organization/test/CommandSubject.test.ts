import { assert, describe, it } from "@effect/vitest"
import { parseCommandSubject } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { refused, send, subjectFor } from "./send.ts"

const [create, update, , merge] = golden("commands").map((line) => JSON.parse(line))
const labs = "0198c0de-0000-7000-8000-000000000002"
const messageId: string = create.identity.message_id

describe("the subject of a command", () => {
  it("names an organization by its canonical id only", () => {
    for (const id of ["acme", acme.toUpperCase(), "00000000-0000-0000-0000-000000000000"]) {
      assert.isNull(parseCommandSubject(`organization.commands.${id}.update_organization`, true))
    }
  })
  const accepted = (subject: string, body: unknown = create, acceptLegacySubjects = true) =>
    send(body, { subject, acceptLegacySubjects })._tag === "Success"
  const cases: ReadonlyArray<readonly [subject: string, body: unknown, strict: boolean, legacy: boolean]> = [
    [`organization.commands.${acme}.create_organization`, create, true, true],
    ["organization.commands.new.create_organization", create, true, true],
    [`organization.commands.${labs}.create_organization`, create, false, false],
    [`organization.commands.${acme}.update_organization`, create, false, false],
    [`organization.commands.${acme.toUpperCase()}.create_organization`, create, false, false],
    ["organization.commands.new.update_organization", update, false, false],
    [`organization.commands.${acme}.create`, create, false, false],
    [`organization.commands.${acme}.create_organization.more`, create, false, false],
    [`organization.commands.${acme}`, create, false, true],
    [`organization.commands.${labs}`, create, false, false],
    ["organization.commands.create_organization", create, false, true],
    ["organization.commands.create", create, false, true],
    ["organization.commands.update", create, false, false],
    ["organization.commands.update", update, false, true],
    ["organization.commands.merge", merge, false, true],
    ["organization.commands.delete", update, false, false],
    ["organization.commands", create, false, false],
    ["organization.commands.", create, false, false],
    ["cim.organization.v1.commands.create", create, false, false],
    [`organization.commands.${acme}.merge_organizations`, merge, true, true],
    // Permissions on one subject must not reach the other party.
    [`organization.commands.${labs}.merge_organizations`, merge, false, false]
  ]
  for (const [subject, body, strict, legacy] of cases) {
    it(`${subject} with ${(body as { command_type: string }).command_type}`, () => {
      assert.strictEqual(accepted(subject, body, false), strict)
      assert.strictEqual(accepted(subject, body, true), legacy)
    })
  }
  it("of dissolution and change of status have short forms", () => {
    const line = (type: string) => golden("commands").find((line) => line.includes(`"${type}"`))
    assert.isTrue(accepted("organization.commands.dissolve", line("DissolveOrganization")))
    assert.isTrue(accepted("organization.commands.change_status", line("ChangeOrganizationStatus")))
  })
  it("that disagree are said to", () => {
    const failed = refused(create, { subject: subjectFor("CreateOrganization", labs) })
    assert.deepStrictEqual(failed.error.details, {
      subject: subjectFor("CreateOrganization", labs),
      why: `the subject names organization ${labs}, the body ${acme}`
    })
    assert.strictEqual(failed.commandId, messageId)
    assert.strictEqual(failed.aggregateId, acme)
  })
})
