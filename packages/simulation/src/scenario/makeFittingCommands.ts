import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { commandSubject, encodeCommand, type OrganizationCommand } from "@cim-domain/organization"
import { nextCommand } from "@cim-domain/organization/testing/nextCommand"
import { beginning } from "../process/VirtualClock.ts"
import type { Randomness } from "../time/Randomness.ts"
import { type Content, Foresight } from "./Foresight.ts"

/** Organizations that get most of the commands. */
const hotCount = 2

/** Half of the repetitions are of one of so many last commands, which may still be under way. */
const recentMax = 8

/**
 * Composes what is sent: mostly what fits the state that an organization has if nothing goes wrong, and repetitions, other content
 * under an id that was used, broken bodies, dry runs and expected versions.
 */
export const makeFittingCommands = (random: Randomness, organizations: number): () => Content => {
  const ids = Array.from({ length: organizations }, (_, n) => uuidV7(beginning + n, random.bytes(10)))
  const foresight = new Foresight()
  const sent: Array<Content> = []
  let number = 0

  const choose = (count: number) => random.below(Math.max(1, count))
  const anyOrganization = (): string =>
    ids[random.chance(0.6) ? random.below(Math.min(hotCount, ids.length)) : random.below(ids.length)]!

  const fresh = (): Content => {
    const id = anyOrganization()
    const known = foresight.of(id)
    number += 1
    const begins = known.version === 0 && random.chance(0.9)
    const made = nextCommand(
      known.state,
      choose,
      number,
      begins ? "CreateOrganization" : undefined
    )
    const expected = random.chance(0.1)
      ? { expected_version: Math.max(0, known.version + random.pick([0, 0, -1, 1])) }
      : {}
    const command = { ...made, ...expected, expected_version: expected.expected_version ?? null } as OrganizationCommand
    const isDryRun = random.chance(0.03)
    const content = {
      subject: commandSubject(id, command.command_type),
      headers: isDryRun ? { "X-Dry-Run": "true" } : {},
      body: encodeCommand(command),
      commandId: command.identity.message_id,
      organizationId: id
    }
    foresight.follow(content)
    return content
  }

  const compose = (): Content => {
    const earlier = sent.at(-1 - random.below(random.chance(0.5) ? Math.min(recentMax, sent.length) : sent.length))
    const roll = random.next()
    if (earlier !== undefined && roll < 0.1) return earlier
    const content = fresh()
    if (earlier?.organizationId === content.organizationId && roll < 0.13) {
      const body = {
        ...JSON.parse(content.body),
        identity: { ...JSON.parse(content.body).identity, message_id: earlier.commandId }
      }
      return { ...content, body: JSON.stringify(body), commandId: earlier.commandId }
    }
    return roll > 0.98 ? { ...content, body: content.body.slice(0, random.below(content.body.length)) } : content
  }

  return () => {
    const content = compose()
    if (isJson(content.body)) sent.push(content)
    return content
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
