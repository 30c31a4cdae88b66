import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { CommandType } from "@cim-domain/organization"
import type { Randomness } from "@cim-domain/simulation/time/Randomness"
import { composeCommand, type ComposedCommand } from "./composeCommand.ts"
import type { Organizations } from "./Organizations.ts"

/** Earlier commands that a writer may send once more: enough for some that the broker has long forgotten. */
const repeatableMax = 2_000

/** Half of the repetitions are of one of the last commands, which may still be under way. */
const recentMax = 8

const names = ["Acme", "Brook", "Cedar", "Delta", "Ember"] as const
const statuses = ["Pending", "Active", "Inactive", "Suspended", "Dissolved"] as const

type Fields = Readonly<Record<string, unknown>>

/** Makes commands of one kind each, under ids of their own. */
const makeKinds = (random: Randomness, organizations: Organizations) => {
  let made = 0
  const compose = (type: CommandType, organizationId: string, fields: Fields, commandId?: string) =>
    composeCommand(type, organizationId, commandId ?? uuidV7(Date.UTC(2026, 5, 1) + made++, random.bytes(10)), fields)

  const expectation = (organizationId: string): Fields => {
    if (!random.chance(0.2)) return {}
    return { expected_version: Math.max(0, organizations.version(organizationId) + random.pick([0, 0, 0, -1, 1])) }
  }

  const update = (organizationId: string, commandId?: string) =>
    compose("UpdateOrganization", organizationId, {
      ...expectation(organizationId),
      ...(random.chance(0.5) ? { name: random.pick(names) } : { description: `About ${random.below(1_000)}` }),
      ...(random.chance(0.1) ? { status: random.pick(statuses) } : {})
    }, commandId)

  return {
    update,
    creation: (organizationId: string) =>
      compose("CreateOrganization", organizationId, {
        name: random.pick(names),
        organization_type: "Corporation",
        initial_status: random.chance(0.2) ? "Pending" : "Active",
        metadata: { seat: random.pick(names) }
      }),
    changeOfStatus: (organizationId: string) =>
      compose("ChangeOrganizationStatus", organizationId, {
        ...expectation(organizationId),
        new_status: random.pick(statuses),
        reason: random.chance(0.7) ? "Because" : null
      }),
    department: (organizationId: string) =>
      compose("CreateDepartment", organizationId, {
        ...expectation(organizationId),
        name: random.pick(names),
        code: `D${random.below(20)}`
      }),
    dissolution: (organizationId: string) =>
      compose("DissolveOrganization", organizationId, { reason: "The end", effective_date: "2026-01-31T00:00:00Z" }),
    mistake: (organizationId: string) =>
      random.pick([
        () => compose("UpdateOrganization", organizationId, { name: "" }),
        () => compose("ChangeOrganizationStatus", organizationId, { new_status: "Asleep" }),
        () => compose("MergeOrganizations", organizationId, { surviving_organization_id: organizationId }),
        () => ({ ...update(organizationId), body: "{" })
      ])()
  }
}

/**
 * Composes commands, one after the other: valid and invalid ones, ones that change nothing, with and without an expected
 * version, repetitions of earlier ones, and other commands under an id that was used before.
 */
export const makeCommandMix = (random: Randomness, organizations: Organizations): () => ComposedCommand => {
  const kinds = makeKinds(random, organizations)
  const sent: Array<ComposedCommand> = []

  const composeNext = (): ComposedCommand => {
    const organizationId = organizations.choose(random)
    const earlier = sent.at(-1 - random.below(Math.min(sent.length, random.chance(0.5) ? recentMax : repeatableMax)))
    const roll = random.next()
    if (earlier !== undefined && roll < 0.1) return earlier
    if (earlier !== undefined && roll < 0.12) return kinds.update(earlier.organizationId, earlier.commandId)
    if (organizations.version(organizationId) === 0 && random.chance(0.9)) return kinds.creation(organizationId)
    if (roll < 0.15) return kinds.creation(organizationId)
    if (roll < 0.2) return kinds.mistake(organizationId)
    if (roll < 0.21) return kinds.dissolution(organizationId)
    if (roll < 0.3) return kinds.department(organizationId)
    return roll < 0.55 ? kinds.changeOfStatus(organizationId) : kinds.update(organizationId)
  }

  return () => {
    const command = composeNext()
    sent.push(command)
    if (sent.length > repeatableMax) sent.shift()
    return command
  }
}
