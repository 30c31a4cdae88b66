import {
  commandPrefix,
  decodeCommandMessage,
  makeContext,
  organization,
  type OrganizationState
} from "@cim-domain/organization"
import { Result } from "effect"

/** What becomes of an organization by raw commands, without broker or service. Throws when one is not accepted. */
export const stateAfter = (organizationId: string, lines: ReadonlyArray<string>): OrganizationState =>
  lines.reduce((state, line, index) => {
    const { command, commandId } = Result.getOrThrow(decodeCommandMessage({
      subject: `${commandPrefix}.${organizationId}`,
      body: new TextEncoder().encode(line),
      header: () => undefined
    }, { acceptLegacySubjects: true, newId: () => organizationId }))
    const decision = organization.decide(state, command, makeContext({ commandId, now: Date.UTC(2025, 9, 1) }))
    if (decision._tag !== "Accepted") throw new Error(`line ${index + 1}: ${JSON.stringify(decision)}`)
    return decision.events.reduce((next, event) => organization.evolve(next, event, next.version + 1), state)
  }, organization.initial(organizationId))
