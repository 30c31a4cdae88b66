import { NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { type CommandType, errorKinds, errorTags, laterErrorTags } from "@cim-domain/organization"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { command, creation, hostile, newId } from "./messages.ts"

const [o, d1, d2, d3, t1, t2, r1, r2, f1, f2, child, nobody] = Array.from({ length: 12 }, newId) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string
]
const long = Array.from({ length: 33 }, newId)
const past = "2020-01-01T00:00:00Z"
type Step = readonly [CommandType, Readonly<Record<string, unknown>>]

/** A small company with one of everything, ended ones included. */
const company: ReadonlyArray<Step> = [
  ["CreateDepartment", { department_id: d1, name: "Engineering", code: "ENG" }],
  ["CreateDepartment", { department_id: d2, name: "Platform", code: "PLAT", parent_department_id: d1 }],
  ["CreateDepartment", { department_id: d3, name: "Old", code: "OLD" }],
  ["DissolveDepartment", { department_id: d3, reason: "gone" }],
  ["CreateTeam", { team_id: t1, name: "Backend", team_type: "Permanent", department_id: d1 }],
  ["CreateTeam", { team_id: t2, name: "Task", team_type: "TaskForce" }],
  ["DisbandTeam", { team_id: t2, reason: "done" }],
  ["CreateRole", { role_id: r1, title: "CTO", code: "CTO", role_type: "Executive", department_id: d1 }],
  ["CreateRole", { role_id: r2, title: "Engineer", code: "SE", role_type: "Technical", team_id: t1, reports_to: r1 }],
  ["CreateFacility", { facility_id: f1, name: "HQ", code: "HQ", facility_type: "Headquarters" }],
  ["CreateFacility", { facility_id: f2, name: "Floor", code: "HQ-1", facility_type: "Office", parent_facility_id: f1 }],
  ["UpdateDepartment", { department_id: d1, head_role_id: r1 }],
  ["AddChildOrganization", {
    parent_organization_id: o,
    child_organization_id: child,
    child_name: "Labs",
    child_type: "LLC"
  }],
  ...long.map((id, n): Step => ["CreateDepartment", {
    department_id: id,
    name: `Level ${n}`,
    code: `L${n}`,
    parent_department_id: n === 0 ? null : long[n - 1]
  }]).slice(0, 32)
]

/** What each refusal takes, on that company. */
const refusals: Readonly<Record<string, Step>> = {
  DEPARTMENT_NOT_FOUND: ["UpdateDepartment", { department_id: nobody, name: "X" }],
  TEAM_NOT_FOUND: ["UpdateTeam", { team_id: nobody, name: "X" }],
  ROLE_NOT_FOUND: ["UpdateRole", { role_id: nobody, title: "X" }],
  FACILITY_NOT_FOUND: ["RemoveFacility", { facility_id: nobody, reason: "x" }],
  CHILD_ORGANIZATION_NOT_FOUND: ["RemoveChildOrganization", {
    parent_organization_id: o,
    child_organization_id: nobody
  }],
  ENTITY_ALREADY_EXISTS: ["CreateTeam", { team_id: t2, name: "Again", team_type: "Project" }],
  CODE_ALREADY_IN_USE: ["CreateDepartment", { name: "Other", code: "eng" }],
  CIRCULAR_REFERENCE: ["RestructureDepartment", { department_id: d1, new_parent_id: d2, restructure_type: "Transfer" }],
  INVALID_TRANSFER_TARGET: ["DissolveDepartment", { department_id: d1, reason: "x", transfer_to: d2 }],
  INVALID_RESTRUCTURE: ["RestructureDepartment", {
    department_id: d2,
    new_parent_id: null,
    restructure_type: "Demotion"
  }],
  TEAM_DEPARTMENT_MISMATCH: ["CreateRole", {
    title: "X",
    code: "X",
    role_type: "Support",
    team_id: t1,
    department_id: d2
  }],
  INVALID_STATUS_TRANSITION: ["ChangeOrganizationStatus", { new_status: "Pending" }],
  MIXED_STATUS_UPDATE: ["UpdateOrganization", { status: "Inactive", name: "X" }],
  ENTITY_RETIRED: ["UpdateDepartment", { department_id: d3, name: "X" }],
  INVALID_ENTITY_STATUS: ["UpdateTeam", { team_id: t1, status: "Disbanded" }],
  DEPARTMENT_NOT_EMPTY: ["DissolveDepartment", { department_id: d1, reason: "x" }],
  FACILITY_NOT_EMPTY: ["RemoveFacility", { facility_id: f1, reason: "x" }],
  ROLE_IN_USE: ["DeprecateRole", { role_id: r1, reason: "x", effective_date: past }],
  HAS_CHILD_ORGANIZATIONS: ["DissolveOrganization", { reason: "x", effective_date: past }],
  REASON_REQUIRED: ["ChangeOrganizationStatus", { new_status: "Suspended" }],
  EFFECTIVE_DATE_OUT_OF_RANGE: ["DeprecateRole", { role_id: r2, reason: "x", effective_date: "9999-01-01T00:00:00Z" }],
  VERSION_CONFLICT: ["UpdateOrganization", { name: "X", expected_version: 1 }],
  LIMIT_EXCEEDED: ["CreateDepartment", { name: "Too deep", code: "DEEP", parent_department_id: long[31] }],
  COMMAND_NOT_SUPPORTED: ["MergeOrganizations", {
    surviving_organization_id: o,
    merged_organization_id: nobody,
    merger_type: "Merger",
    effective_date: past
  }],
  ORGANIZATION_ALREADY_EXISTS: ["CreateOrganization", { name: "Again", organization_type: "LLC" }]
}

const codeOf = (tag: keyof typeof errorKinds): string => errorKinds[tag].schema.fields.code.literal

/** Refusals that another test reaches, or that this version has none of. */
const elsewhere = new Set([
  // Replica.broker.test.ts
  "UPGRADE_REQUIRED",
  "STREAM_UNREADABLE",
  "HISTORY_TRUNCATED",
  // in the tests of the domain and the core: only a policy, a defect or eight conflicts in a row lead there
  "PERMISSION_DENIED",
  "INTERNAL",
  "CONCURRENCY_EXHAUSTED",
  ...laterErrorTags.map(codeOf)
])

it.live("every error of the catalogue is reached over NATS, and nothing is stored by it", () =>
  Effect.gen(function*() {
    const broker = yield* NatsServer.server()
    const env = { NATS_URL: broker.url, COMMAND_TIMEOUT_MS: "1000" }
    const replica = yield* startReplica({ ...env, MAX_IN_FLIGHT: "4" })
    yield* replica.logged("ready")
    yield* Effect.gen(function*() {
      const reached = new Set<string>()
      const refused = (code: string, sent: Parameters<typeof ask>[0]) =>
        Effect.map(ask(sent), (said) => {
          assert.strictEqual(said.failure?.code, code, JSON.stringify(said))
          reached.add(code)
          return said
        })

      yield* ask(creation(o))
      for (const [type, fields] of company) {
        const said = yield* ask(command(type, o, fields))
        assert.strictEqual(said.outcome, "applied", JSON.stringify([type, fields, said]))
      }
      const { version } = yield* ask(command("UpdateOrganization", o, { name: "Acme Corporation" }))
      for (const [code, [type, fields]] of Object.entries(refusals)) {
        assert.strictEqual((yield* refused(code, command(type, o, fields))).version, version, code)
      }
      for (const { code, name: _, ...sent } of hostile) yield* refused(code, sent)
      yield* refused("ORGANIZATION_NOT_FOUND", command("UpdateOrganization", nobody, { name: "X" }))

      const command_id = newId()
      yield* ask(command("UpdateOrganization", o, { name: "New", command_id }))
      yield* refused("IDEMPOTENCY_CONFLICT", command("CreateTeam", o, { name: "X", team_type: "Project", command_id }))

      const pending = newId()
      yield* ask(creation(pending))
      yield* ask(command("ChangeOrganizationStatus", pending, { new_status: "Inactive" }))
      yield* refused(
        "COMMAND_NOT_ALLOWED_IN_STATUS",
        command("CreateTeam", pending, { name: "X", team_type: "Project" })
      )
      yield* ask(command("DissolveOrganization", pending, { reason: "end", effective_date: past }))
      yield* refused("ORGANIZATION_TERMINAL", command("UpdateOrganization", pending, { name: "X" }))

      const burst = yield* Effect.forEach(Array.from({ length: 64 }, newId), (id) => ask(creation(id)), {
        concurrency: 64
      })
      for (const said of burst) if (said.failure !== undefined) reached.add(said.failure.code)
      assert.isTrue(burst.some((said) => said.failure?.code === "OVERLOADED" && said.failure.retryable))

      // A stream that takes nothing more: the store is there and cannot be written to.
      const { main } = yield* NatsConnection
      const info = yield* main.request("$JS.API.STREAM.INFO.ORGANIZATION_EVENTS", "", { timeoutMillis: 5_000 })
      const { config } = info.json<{ config: Record<string, unknown> }>()
      const full = JSON.stringify({ ...config, max_msgs: 1, discard: "new" })
      yield* main.request("$JS.API.STREAM.UPDATE.ORGANIZATION_EVENTS", full, { timeoutMillis: 5_000 })
      yield* refused("STORE_UNAVAILABLE", creation(newId()))

      const missing = errorTags.map(codeOf).filter((code) => !reached.has(code) && !elsewhere.has(code))
      assert.deepStrictEqual(missing, [])
    }).pipe(Effect.provide(connectionTo(broker.url)))
  }), { timeout: 60_000 })
