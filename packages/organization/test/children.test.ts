import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { errorKinds } from "../src/OrganizationError.ts"
import { at, command, created, event, given, happened, labs, noon, unknown, within } from "./examples.ts"
import { acme } from "./golden.ts"

const here = at(noon)
const added = happened("ChildOrganizationAdded")
const had = event("ChildOrganizationAdded")

describe("AddChildOrganization", () => {
  const add = (fields = {}) => command("AddChildOrganization", fields)
  it("takes a child", () => given(created).when(add(), here).isAccepted(added))
  it("has nothing to do when it has the child, whatever its name", () =>
    given(created, had).when(add({ child_name: "Other", child_type: "Corporation" }), here).changesNothing())
  it("refuses itself", () =>
    given(created).when(add({ child_organization_id: acme }), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Organization", path: [acme, acme] })))
  it("refuses a child too many, but not one it has", () => {
    const { when } = given(created, had)
    when(add({ child_organization_id: unknown }), within({ children: 1 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "children", max: 1, actual: 2 }))
    when(add(), within({ children: 1 })).changesNothing()
  })
  it("is refused while the organization is suspended", () =>
    given(created, event("OrganizationStatusChanged", { new_status: "Suspended" })).when(add(), here).isRejected(
      errorKinds.CommandNotAllowedInStatus.make({
        status: "Suspended",
        command: "AddChildOrganization",
        allowed_in: ["Pending", "Active"]
      })
    ))
  it("answers a repetition as one", () => given(created, added).when(add(), here).isDuplicate())
})

describe("RemoveChildOrganization", () => {
  const remove = (fields = {}) => command("RemoveChildOrganization", fields)
  const removed = happened("ChildOrganizationRemoved")
  it("lets a child go", () => given(created, had).when(remove(), here).isAccepted(removed))
  it("also while suspended", () =>
    given(created, had, event("OrganizationStatusChanged", { new_status: "Suspended" })).when(remove(), here)
      .isAccepted(removed))
  it("refuses what is no child, or no longer", () => {
    const refusal = errorKinds.ChildOrganizationNotFound.make({
      parent_organization_id: acme,
      child_organization_id: labs
    })
    given(created).when(remove(), here).isRejected(refusal)
    given(created, had, event("ChildOrganizationRemoved")).when(remove(), here).isRejected(refusal)
  })
  it("answers a repetition as one", () => given(created, had, removed).when(remove(), here).isDuplicate())
})

describe("a child that is recorded", () => {
  it("is added once and removed once, and is not the organization itself", () => {
    const gone = event("ChildOrganizationRemoved")
    const misfits = [
      [created, had, event("ChildOrganizationAdded", { child_name: "Other" })],
      [created, had, gone, gone],
      [created, event("ChildOrganizationAdded", { child_organization_id: acme })]
    ]
    for (const history of misfits) {
      const before = given(...history.slice(0, -1)).state
      const after = given(...history).state
      assert.strictEqual(after.anomalies.count, 1)
      assert.deepStrictEqual({ ...after, version: before.version, anomalies: before.anomalies }, before)
    }
  })
})

describe("a merger that is recorded", () => {
  const into = (surviving_organization_id: string, merged_organization_id: string, recorded_on: string) =>
    event("OrganizationMerged", { surviving_organization_id, merged_organization_id, recorded_on })
  const merged = into(labs, acme, "merged")
  const absorbed = into(acme, labs, "surviving")
  it("ends the merged organization", () => {
    const { state, when } = given(created, merged)
    assert.deepInclude(state.merged_into, { organization_id: labs, merger_type: "Acquisition" } as object)
    when(command("UpdateOrganization"), here).isRejected(errorKinds.OrganizationTerminal.make({ status: "Merged" }))
  })
  it("is remembered by the surviving one, in any status", () => {
    const { state } = given(created, event("OrganizationDissolved"), absorbed)
    assert.strictEqual(state.organization?.status, "Dissolved")
    assert.deepStrictEqual(Array.from(HashMap.keys(state.absorbed)) as ReadonlyArray<string>, [labs])
    assert.strictEqual(state.anomalies.count, 0)
  })
  it("happens once, to an organization that exists and is not terminal, and not to one alone", () => {
    const misfits = [
      [created, merged, merged],
      [created, absorbed, absorbed],
      [merged],
      [created, event("OrganizationDissolved"), merged],
      [created, into(acme, acme, "merged")]
    ]
    for (const history of misfits) {
      const before = given(...history.slice(0, -1)).state
      const after = given(...history).state
      assert.strictEqual(after.anomalies.count, 1)
      assert.deepStrictEqual({ ...after, version: before.version, anomalies: before.anomalies }, before)
    }
  })
})
