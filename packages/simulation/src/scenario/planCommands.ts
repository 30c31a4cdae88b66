import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import {
  commandSubject,
  encodeCommand,
  initialState,
  makeContext,
  organization,
  type OrganizationCommand,
  type OrganizationState
} from "@cim-domain/organization"
import { nextCommand } from "@cim-domain/organization/testing/nextCommand"
import { beginning } from "../process/VirtualClock.ts"
import { makeRandomness, type Randomness } from "../time/Randomness.ts"
import type { PlannedCommand } from "./Scenario.ts"

/** What is sent: everything but when, by whom and how. */
type Content = Pick<PlannedCommand, "subject" | "headers" | "body" | "commandId" | "organizationId">

/** Organizations that get most of the commands. */
const hotCount = 2

/** Half of the repetitions are of one of so many last commands, which may still be under way. */
const recentMax = 8

/** Commands for a scenario, and how long it takes to send them, in milliseconds. */
export const planCommands = (
  seed: number,
  { commands: count, requesters }: { readonly commands: number; readonly requesters: number }
): { readonly commands: ReadonlyArray<PlannedCommand>; readonly millis: number } => {
  const random = makeRandomness(seed, "commands")
  const next = makeContents(random, 1 + random.below(12))
  const meanMillis = random.pick([20, 100, 1_000, 3_000])
  const commands: Array<PlannedCommand> = []
  let at = 0
  while (commands.length < count) {
    const content = next()
    const patience = random.pick<PlannedCommand["patience"]>([[700], [2_000], [5_000], [50, 5_000]])
    const by = random.chance(0.3) ? "client" as const : "request" as const
    // Some send the same at the same moment, each on their own.
    const copies = random.chance(0.03) ? 2 + random.below(2) : 1
    for (let copy = 0; copy < copies && commands.length < count; copy++) {
      commands.push({ at: Math.round(at), requester: random.below(requesters), by, ...content, patience })
    }
    at += pause(random, meanMillis)
  }
  return { commands, millis: at }
}

/** Mostly some time, now and then none, seldom so long that everything falls quiet. */
const pause = (random: Randomness, meanMillis: number): number => {
  if (random.chance(0.2)) return 0
  if (random.chance(0.01)) return random.between(5_000, 60_000)
  return -Math.log(1 - random.next()) * meanMillis
}

/**
 * Composes what is sent: mostly what fits the state that an organization has if nothing goes wrong, and repetitions, other content
 * under an id that was used, broken bodies, dry runs and expected versions.
 */
const makeContents = (random: Randomness, organizations: number): () => Content => {
  const ids = Array.from({ length: organizations }, (_, n) => uuidV7(beginning + n, random.bytes(10)))
  const states = new Map<string, { state: OrganizationState; version: number }>()
  const sent: Array<Content> = []
  let number = 0

  const choose = (count: number) => random.below(Math.max(1, count))
  const anyOrganization = (): string =>
    ids[random.chance(0.6) ? random.below(Math.min(hotCount, ids.length)) : random.below(ids.length)]!

  /** As if it was the next one that is decided; what somebody else does meanwhile is not known. */
  const follow = (id: string, command: OrganizationCommand): void => {
    const known = states.get(id) ?? { state: initialState(id), version: 0 }
    const context = makeContext({ commandId: command.identity.message_id, now: beginning })
    const decision = organization.decide(known.state, command, context)
    if (decision._tag !== "Accepted") return
    let { state, version } = known
    for (const event of decision.events) state = organization.evolve(state, event, ++version)
    states.set(id, { state, version })
  }

  const fresh = (): Content => {
    const id = anyOrganization()
    const known = states.get(id)
    number += 1
    const begins = known === undefined && random.chance(0.9)
    const made = nextCommand(
      known?.state ?? initialState(id),
      choose,
      number,
      begins ? "CreateOrganization" : undefined
    )
    const expected = random.chance(0.1)
      ? { expected_version: Math.max(0, (known?.version ?? 0) + random.pick([0, 0, -1, 1])) }
      : {}
    const command = { ...made, ...expected, expected_version: expected.expected_version ?? null } as OrganizationCommand
    const isDryRun = random.chance(0.03)
    if (!isDryRun) follow(id, command)
    return {
      subject: commandSubject(id, command.command_type),
      headers: isDryRun ? { "X-Dry-Run": "true" } : {},
      body: encodeCommand(command),
      commandId: command.identity.message_id,
      organizationId: id
    }
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
