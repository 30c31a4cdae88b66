import type { Load } from "./Load.ts"

/** A command as it is sent. */
export interface EncodedCommand {
  readonly subject: string
  readonly body: Uint8Array
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0")

/** The id of an organization of the benchmark. */
export const organizationIdAt = (index: number): string => `0198c0de-0000-7000-8000-${hex(index, 12)}`

type Fields = Readonly<Record<string, unknown>>

const creation = (organization: number): Fields => ({
  name: `Organization ${organization}`,
  display_name: `Organization ${organization}`,
  description: "One of many",
  organization_type: "Corporation",
  parent_id: null,
  founded_date: null,
  metadata: { industry: "technology" },
  initial_status: "Active"
})

const update = (index: number): Fields => ({
  name: null,
  display_name: `Name ${index}`,
  description: null,
  status: null,
  metadata: null,
  organization_type: null,
  founded_date: null,
  clear: []
})

/** What of a hundred commands are which, in the order in which they come: repeated and refused ones are among them. */
const mix = (
  index: number,
  unit: string,
  organization: number,
  series: number
): readonly [type: string, fields: Fields] => {
  const part = index * 37 % 100
  const code = `${hex(series, 4)}-${hex(index, 8)}`
  if (part < 5) return ["CreateOrganization", creation(organization)]
  if (part < 25) {
    return ["CreateDepartment", {
      department_id: { id: unit },
      parent_department_id: null,
      name: `Department ${index}`,
      code,
      description: null
    }]
  }
  if (part < 35) {
    return ["CreateTeam", {
      team_id: { id: unit },
      department_id: null,
      name: `Team ${index}`,
      description: null,
      team_type: "Permanent",
      max_members: 8
    }]
  }
  if (part < 60) {
    return ["CreateRole", {
      role_id: { id: unit },
      department_id: null,
      team_id: null,
      title: `Role ${index}`,
      code,
      description: null,
      role_type: "Technical",
      level: 3,
      reports_to: null,
      permissions: ["ViewOrganization", "ViewReports"],
      responsibilities: ["Design services"]
    }]
  }
  if (part < 70) {
    return ["CreateFacility", {
      facility_id: { id: unit },
      parent_facility_id: null,
      name: `Facility ${index}`,
      code,
      description: null,
      facility_type: "Office",
      capacity: 10
    }]
  }
  // Nobody founded this team: it is refused.
  if (part < 75) return ["DisbandTeam", { team_id: { id: unit }, reason: "over", members_transfer_to: null }]
  return ["UpdateOrganization", update(index)]
}

const tokenOf = (type: string) => type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()

const encode = (type: string, fields: Fields, organization: number, messageId: string): EncodedCommand => {
  const id = organizationIdAt(organization)
  return {
    subject: `organization.commands.${id}.${tokenOf(type)}`,
    body: Buffer.from(JSON.stringify({
      command_type: type,
      identity: {
        correlation_id: { kind: "Single", value: messageId },
        causation_id: messageId,
        message_id: messageId
      },
      organization_id: { id },
      ...fields
    }))
  }
}

/** Chances that a series determines (mulberry32). */
const makeChance = (series: number) => {
  let state = series * 2_654_435_761 | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Which organization is next: each as often, or the n-th one n times as seldom as the first (Zipf, exponent 1). */
const makeChoice = ({ organizations, series, spread }: Load): () => number => {
  const chance = makeChance(series)
  if (spread === "uniform") return () => Math.floor(chance() * organizations)
  const sums = new Float64Array(organizations)
  let sum = 0
  for (let index = 0; index < organizations; index++) sums[index] = sum += 1 / (index + 1)
  return () => {
    const wanted = chance() * sum
    let [low, high] = [0, organizations - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** All commands of a load, ready to be sent. The same load gives the same commands. */
export const encodeCommands = (load: Load): ReadonlyArray<EncodedCommand> => {
  const choose = makeChoice(load)
  const idOf = (kind: string, index: number) => `0198c0de-${hex(load.series, 4)}-7000-${kind}-${hex(index, 12)}`
  const all = Array.from({ length: load.warmUp + (load.kind === "repeat" ? 0 : load.commands) }, (_, index) => {
    const messageId = idOf("8000", index)
    if (load.kind === "create") return encode("CreateOrganization", creation(index), index, messageId)
    if (load.kind === "update" || load.kind === "repeat") {
      return encode("UpdateOrganization", update(index), choose(), messageId)
    }
    const founded = load.organizations + load.series * 1_000_000 + index
    const [type, fields] = mix(index, idOf("9000", index), founded, load.series)
    return encode(type, fields, type === "CreateOrganization" ? founded : choose(), messageId)
  })
  if (load.kind !== "repeat") return all
  return [...all, ...Array.from({ length: load.commands }, (_, index) => all[index % all.length]!)]
}
