/**
 * What the domain alone costs for a very large organization: `node main.ts <events> <units of each kind>`. Nothing goes
 * over a network.
 */
import { organization, type OrganizationCommand } from "@cim-domain/organization"
import { organizationEventCodec } from "@cim-domain/organization"
import { organizationStateCodec } from "@cim-domain/organization"
import { Result } from "effect"
import { type Figure, median } from "../Figure.ts"
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

const [wanted, units] = process.argv.slice(2).map(Number)
const figures: Array<Figure> = []
const timed = <A>(run: () => A): readonly [result: A, millis: number] => {
  const started = performance.now()
  const result = run()
  return [result, performance.now() - started]
}

const { events } = makeLargeOrganization(wanted!, units!)
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
const replay = () =>
  events.reduce(
    (state, data, index) => organization.evolve(state, decode(data, index), index + 1),
    organization.initial(organizationId)
  )

const [, first] = timed(replay)
const times = Array.from({ length: 3 }, () => timed(replay)[1])
const replayed = replay()
const [decoded, decoding] = timed(() => events.map(decode))
const [, evolving] = timed(() =>
  decoded.reduce(
    (state, event, index) => organization.evolve(state, event, index + 1),
    organization.initial(organizationId)
  )
)
const perSecond = (millis: number) => events.length / millis * 1_000
const micros = (millis: number) => millis / events.length * 1_000
figures.push(
  {
    name: "replay in process",
    value: perSecond(median(times)),
    unit: "events/s",
    target: { of: "value", atLeast: 150_000 }
  },
  { name: "replay in process, the first time", value: perSecond(first), unit: "events/s" },
  { name: "decoding an event", value: micros(decoding), unit: "µs" },
  { name: "evolving by an event", value: micros(evolving), unit: "µs" }
)

const [text, writing] = timed(() => organizationStateCodec.encode(replayed))
const [again, reading] = timed(() => Result.getOrThrow(organizationStateCodec.decode(text)))
if (organizationStateCodec.encode(again) !== text) throw new Error("the snapshot is not the state")
figures.push(
  { name: "snapshot of the large organization", value: text.length / 1e6, unit: "MB of JSON" },
  { name: "writing it", value: writing, unit: "ms" },
  { name: "reading it", value: reading, unit: "ms" }
)

/** The median time of deciding a command and folding its event, each time anew. */
const measure = (what: string, expected: string, make: (round: number) => OrganizationCommand) => {
  const times = Array.from({ length: 101 }, (_, round) => {
    const command = make(round)
    const context = contextOf(command)
    const [decision, millis] = timed(() => {
      const decision = organization.decide(replayed, command, context)
      if (decision._tag === "Accepted") organization.evolve(replayed, decision.events[0], events.length + 1)
      return decision
    })
    const outcome = decision._tag === "Rejected" ? decision.rejection._tag : decision._tag
    if (outcome !== expected) throw new Error(`${what}: ${outcome} instead of ${expected}`)
    return millis
  })
  figures.push({ name: what, value: median(times) * 1_000, unit: "µs" })
}
const half = units! >> 1
measure(
  "UpdateRole",
  "Accepted",
  (round) =>
    send("UpdateRole", { ...noRoleChange, role_id: roleId(half + round), title: `New ${round}`, code: `New-${round}` })
)
measure(
  "UpdateRole to a code that is taken",
  "CodeAlreadyInUse",
  (round) => send("UpdateRole", { ...noRoleChange, role_id: roleId(half + round), code: `u-${round}` })
)
measure("RestructureDepartment with everything below it", "Accepted", (round) =>
  send("RestructureDepartment", {
    department_id: departmentId(1 + round % 4),
    new_parent_id: departmentId(6 + round % 3),
    restructure_type: "Transfer"
  }))
measure("RestructureDepartment below itself", "CircularReference", (round) =>
  send("RestructureDepartment", {
    department_id: departmentId(0),
    new_parent_id: departmentId(300 + round),
    restructure_type: "Transfer"
  }))
measure(
  "DisbandTeam",
  "Accepted",
  (round) => send("DisbandTeam", { team_id: teamId(100 + round), reason: "over", members_transfer_to: null })
)
measure(
  "DissolveDepartment with everything in it",
  "Accepted",
  () => send("DissolveDepartment", { department_id: departmentId(2), reason: "over", transfer_to: departmentId(1) })
)
measure("RemoveFacility", "Accepted", (round) =>
  send("RemoveFacility", {
    facility_id: facilityId(10 + round),
    reason: "over",
    transfer_children_to: null,
    promote_children: true
  }))

/** Deeper than this service lets anybody go, as others may have written it. */
const links = 8_000
const chain = Array.from({ length: links }, (_, index) => decode(roleInChain(index), index))
const [deep, chaining] = timed(() =>
  chain.reduce(
    (state, event, index) => organization.evolve(state, event, index + 1),
    organization.initial(organizationId)
  )
)
const deepText = organizationStateCodec.encode(deep)
const [, readingDeep] = timed(() => Result.getOrThrow(organizationStateCodec.decode(deepText)))
figures.push(
  { name: `a chain of ${links} roles: evolving`, value: chaining, unit: "ms" },
  { name: `a chain of ${links} roles: reading the snapshot`, value: readingDeep, unit: "ms" }
)

process.stdout.write(`${JSON.stringify({ message: "result", figures })}\n`)
