/**
 * What a very large organization costs: `node packages/organization/bench/replay.ts [events]`. Prints a small table.
 */
import { HashMap, Result } from "effect"
import { organization } from "../src/Organization.ts"
import type { OrganizationCommand } from "../src/OrganizationCommand.ts"
import { organizationEventCodec } from "../src/OrganizationEventCodec.ts"
import { organizationStateCodec } from "../src/OrganizationStateCodec.ts"
import {
  contextOf,
  departmentId,
  facilityId,
  makeLargeOrganization,
  noRoleChange,
  organizationId,
  roleId,
  roleInChain,
  send,
  teamId
} from "./largeOrganization.ts"

const wanted = Number(process.argv[2] ?? 100_000)
const timed = <A>(run: () => A): readonly [result: A, millis: number] => {
  const started = performance.now()
  const result = run()
  return [result, performance.now() - started]
}
const rows: Array<readonly [what: string, value: string]> = []
const row = (what: string, value: string) => rows.push([what, value])

const { events, state } = makeLargeOrganization(wanted)
const sizes = [state.departments, state.teams, state.roles, state.facilities].map((units) =>
  HashMap.size(units as HashMap.HashMap<string, unknown>)
)
row("departments, teams, roles, facilities", sizes.join(", "))

const decode = (data: string, index: number) =>
  organizationEventCodec.decode({
    aggregateId: organizationId,
    id: null,
    type: "",
    version: index + 1,
    position: index + 1,
    time: 0,
    commandId: null,
    correlationId: null,
    data
  })

const [replayed, replay] = timed(() =>
  events.reduce(
    (state, data, index) => organization.evolve(state, decode(data, index), index + 1),
    organization.initial(organizationId)
  )
)
row("events replayed (decode and evolve)", `${events.length} in ${(replay / 1000).toFixed(2)} s`)
row("events per second", (events.length / replay * 1000).toFixed(0))

const decoded = events.slice(-10_000).map(decode)
const [, evolving] = timed(() => decoded.reduce((state, event) => organization.evolve(state, event, 1), replayed))
row("evolve alone, one event", `${(evolving / decoded.length * 1000).toFixed(1)} µs`)

const [text, encoding] = timed(() => organizationStateCodec.encode(replayed))
const [again, decoding] = timed(() => Result.getOrThrow(organizationStateCodec.decode(text)))
row("snapshot", `${(text.length / 1e6).toFixed(1)} MB of JSON`)
row("writing it, reading it", `${encoding.toFixed(0)} ms, ${decoding.toFixed(0)} ms`)
if (organizationStateCodec.encode(again) !== text) throw new Error("the snapshot is not the state")

/** The median time of deciding a command and folding its event, each time anew. */
const measure = (what: string, make: (round: number) => OrganizationCommand) => {
  const outcomes = new Set<string>()
  const times = Array.from({ length: 101 }, (_, round) => {
    const command = make(round)
    const context = contextOf(command)
    const [decision, millis] = timed(() => {
      const decision = organization.decide(replayed, command, context)
      if (decision._tag === "Accepted") organization.evolve(replayed, decision.events[0], events.length + 1)
      return decision
    })
    outcomes.add(decision._tag === "Rejected" ? decision.rejection._tag : decision._tag)
    return millis
  }).toSorted((a, b) => a - b)
  row(what, `${(times[50]! * 1000).toFixed(0)} µs (${[...outcomes].join()})`)
}
measure(
  "UpdateRole",
  (round) =>
    send("UpdateRole", { ...noRoleChange, role_id: roleId(5000 + round), title: `New ${round}`, code: `New-${round}` })
)
measure(
  "UpdateRole to a code that is taken",
  (round) => send("UpdateRole", { ...noRoleChange, role_id: roleId(5000 + round), code: `u-${round}` })
)
measure("RestructureDepartment of a tenth of all", (round) =>
  send("RestructureDepartment", {
    department_id: departmentId(1 + round % 4),
    new_parent_id: departmentId(6 + round % 3),
    restructure_type: "Transfer"
  }))
measure("RestructureDepartment below itself", (round) =>
  send("RestructureDepartment", {
    department_id: departmentId(0),
    new_parent_id: departmentId(3000 + round),
    restructure_type: "Transfer"
  }))
measure("CreateRole beyond the limit", (round) =>
  send("CreateRole", {
    ...noRoleChange,
    role_id: roleId(20_000 + round),
    title: "One more",
    code: `X-${round}`,
    role_type: "Support",
    permissions: [],
    responsibilities: []
  }))
measure(
  "DisbandTeam",
  (round) => send("DisbandTeam", { team_id: teamId(100 + round), reason: "over", members_transfer_to: null })
)
const children = (id: string) =>
  JSON.parse(text).departments.filter((unit: { readonly parent_department_id: string }) =>
    unit.parent_department_id === id
  ).length
measure(
  `DissolveDepartment with ${children(departmentId(2))} departments in it`,
  () => send("DissolveDepartment", { department_id: departmentId(2), reason: "over", transfer_to: departmentId(1) })
)
measure("RemoveFacility", (round) =>
  send("RemoveFacility", {
    facility_id: facilityId(10 + round),
    reason: "over",
    transfer_children_to: null,
    promote_children: true
  }))

/** Deeper than this service lets anybody go, as others may have written it. */
const links = 8000
const chain = Array.from({ length: links }, (_, index) => decode(roleInChain(index), index))
const [deep, chaining] = timed(() => chain.reduce(organization.evolve, organization.initial(organizationId)))
const deepText = organizationStateCodec.encode(deep)
const [, reading] = timed(() => Result.getOrThrow(organizationStateCodec.decode(deepText)))
row(
  `a chain of ${HashMap.size(deep.roles)} roles: evolve, reading it`,
  `${chaining.toFixed(0)} ms, ${reading.toFixed(0)} ms`
)

const width = Math.max(...rows.map(([what]) => what.length))
for (const [what, value] of rows) process.stdout.write(`${what.padEnd(width)}  ${value}\n`)
