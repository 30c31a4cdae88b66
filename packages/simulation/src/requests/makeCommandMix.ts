import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { Randomness } from "../time/Randomness.ts"
import { composeCommand, type ComposedCommand } from "./composeCommand.ts"
import { created } from "./created.ts"
import { drawFor } from "./Draw.ts"
import type { Organizations } from "./Organizations.ts"
import { lottery, recipes } from "./recipes.ts"
import { spoil } from "./spoil.ts"
import { vary } from "./vary.ts"

/** Earlier commands that a writer may send once more: enough for some that the broker has long forgotten. */
const repeatableMax = 2_000

/** Half of the repetitions are of one of the last commands, which may still be under way. */
const recentMax = 8

/**
 * Composes commands of all kinds, one after the other: valid ones, ones that are refused, that change nothing, that are wrong in
 * one place or unreadable; with and without an expected version, an actor, a dry run; spelled in every way that is read; repetitions of
 * earlier ones, and other commands under an id that was used before.
 */
export const makeCommandMix = (random: Randomness, organizations: Organizations): () => ComposedCommand => {
  const sent: Array<ComposedCommand> = []
  let made = 0

  const expectation = (organizationId: string) =>
    random.chance(0.12)
      ? { expected_version: Math.max(0, organizations.version(organizationId) + random.pick([0, 0, 0, -1, 1])) }
      : {}

  const compose = (organizationId: string, type: string, usedId?: string): ComposedCommand => {
    const number = made++
    const commandId = usedId ?? uuidV7(Date.UTC(2026, 5, 1) + number, random.bytes(10))
    const draw = drawFor(random, organizations, organizationId, number)
    const creates = created[type]
    const fields: Record<string, unknown> = { ...recipes[type]!(draw), ...expectation(organizationId) }
    if (creates !== undefined) {
      const [kind, field] = creates
      if (random.chance(0.7)) fields[field] = random.chance(0.04) ? draw.unit(kind) : draw.newId()
    }
    const command = composeCommand(type, organizationId, commandId, fields)
    return random.chance(0.06) ? spoil(random, command) : random.chance(0.2) ? vary(random, command) : command
  }

  const composeNext = (): ComposedCommand => {
    const organizationId = organizations.choose(random)
    const earlier = sent.at(-1 - random.below(Math.min(sent.length, random.chance(0.5) ? recentMax : repeatableMax)))
    const roll = random.next()
    if (earlier !== undefined && roll < 0.1) return earlier
    const type = lottery[random.below(lottery.length)]!
    if (earlier !== undefined && roll < 0.12) {
      return compose(earlier.organizationId, random.chance(0.5) ? earlier.type : type, earlier.commandId)
    }
    const isNew = organizations.version(organizationId) === 0 && random.chance(0.9)
    return compose(organizationId, isNew ? "CreateOrganization" : type)
  }

  return () => {
    const command = composeNext()
    sent.push(command)
    if (sent.length > repeatableMax) sent.shift()
    return command
  }
}
