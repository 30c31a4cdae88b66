import { type CommandRequest, decodeCommandMessage, type FailedRequest } from "@cim-domain/organization"
import type { SentCommand } from "@cim-domain/simulation/check/History"
import { Result } from "effect"

/** A sent command as a replica reads it. Writers always name their commands, so no id is ever made up. */
export const readRequest = (
  { body, subject }: Pick<SentCommand, "body" | "subject">
): Result.Result<CommandRequest, FailedRequest> =>
  decodeCommandMessage(
    { subject, body: new TextEncoder().encode(body), header: () => undefined },
    { acceptLegacySubjects: true, newId: () => "" }
  )

/** The commands that were really sent under an id. */
export const requestsById = (
  commands: ReadonlyArray<SentCommand>
): ReadonlyMap<string, { readonly firstSentAt: number; readonly requests: ReadonlyArray<CommandRequest> }> => {
  const found = new Map<string, { firstSentAt: number; requests: Array<CommandRequest> }>()
  for (const sent of commands) {
    const request = readRequest(sent)
    const firstSentAt = sent.attempts[0]?.sentAt
    if (Result.isFailure(request) || firstSentAt === undefined) continue
    const { commandId } = request.success
    const known = found.get(commandId)
    if (known === undefined) found.set(commandId, { firstSentAt, requests: [request.success] })
    else {
      known.requests.push(request.success)
      known.firstSentAt = Math.min(known.firstSentAt, firstSentAt)
    }
  }
  return found
}
