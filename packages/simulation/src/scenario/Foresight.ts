import {
  decodeCommandMessage,
  initialState,
  makeContext,
  Organization,
  organization,
  type OrganizationState
} from "@cim-domain/organization"
import { Result } from "effect"
import { beginning } from "../process/VirtualClock.ts"
import type { PlannedCommand } from "./Scenario.ts"

/** What is sent: everything but when, by whom and how. */
export type Content = Pick<PlannedCommand, "subject" | "headers" | "body" | "commandId" | "organizationId">

/** What an organization has become, as far as that can be known beforehand. */
interface Foreseen {
  readonly state: OrganizationState
  readonly version: number
}

const encoder = new TextEncoder()
const options = { acceptLegacySubjects: true, newId: () => "0198c0de-0000-7000-8000-000000000000" }

/**
 * What comes of commands that are carried out one after the other, if nothing goes wrong: so that the next ones are about something
 * that is there. It decides nothing about what is right: that is for whoever judges.
 */
export class Foresight {
  readonly #known = new Map<string, Foreseen>()

  of(organizationId: string): Foreseen {
    return this.#known.get(organizationId) ?? { state: initialState(organizationId), version: 0 }
  }

  /** Takes a command as carried out. Gives what its requester would be told if it changes something. */
  follow({ body, commandId, headers, organizationId, subject }: Content): string | undefined {
    const message = { subject, body: encoder.encode(body), header: (name: string) => headers[name] }
    const decoded = decodeCommandMessage(message, options)
    if (Result.isFailure(decoded) || decoded.success.dryRun) return undefined
    const { command } = decoded.success
    const known = this.of(organizationId)
    const decision = organization.decide(known.state, command, makeContext({ commandId, now: beginning }))
    if (decision._tag !== "Accepted") return undefined
    let { state, version } = known
    for (const event of decision.events) state = organization.evolve(state, event, ++version)
    this.#known.set(organizationId, { state, version })
    const [event] = decision.events
    const creates = Organization.catalog.events.byType.get(event.event_type)?.creates
    const created_id = creates === undefined
      ? null
      : (event as unknown as { readonly [field: string]: unknown })[creates]
    return JSON.stringify({ command_type: command.command_type, outcome: "applied", version, created_id })
  }
}
