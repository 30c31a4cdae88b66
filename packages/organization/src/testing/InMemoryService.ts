import { type CommandToSend, CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { type EventReference, referenceTo } from "@cim-domain/event-sourcing/Event"
import { Clock, Effect, Layer, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { type CommandReply, encodeReply, failureReply, type Outcome, successReply } from "../CommandReply.ts"
import { decodeCommandMessage } from "../CommandRequest.ts"
import { makeContext } from "../DecideContext.ts"
import { organization } from "../Organization.ts"
import { organizationEventCodec } from "../OrganizationEventCodec.ts"
import type { OrganizationState } from "../OrganizationState.ts"

const makeAnswer = () => {
  const states = new Map<string, OrganizationState>()
  const text = new TextEncoder()
  let last = 0

  const replyTo = (command: CommandToSend, now: number): CommandReply => {
    const decoded = decodeCommandMessage(
      { subject: command.subject, body: text.encode(command.body), header: (name) => command.headers[name] },
      { acceptLegacySubjects: true, newId: SecureRandom.uuidV7Unsafe }
    )
    if (Result.isFailure(decoded)) return failureReply(decoded.failure, decoded.failure.error, null)
    const request = decoded.success
    const { commandId, dryRun, organizationId } = request
    const state = states.get(organizationId) ?? organization.initial(organizationId)
    const success = (outcome: Outcome, version: number, events: ReadonlyArray<EventReference>) =>
      successReply(request, { outcome, version, events })

    const decision = organization.decide(state, request.command, makeContext({ commandId, now }))
    switch (decision._tag) {
      case "Rejected":
        return failureReply(request, decision.rejection, state.version)
      case "NoChange":
        return success("no_change", state.version, [])
      case "Duplicate":
        return success("duplicate", state.version, decision.events)
      case "Accepted": {
        const after = decision.events.reduce(
          (state, event, index) => organization.evolve(state, event, last + index + 1),
          state
        )
        const events = decision.events.map((event, index) =>
          referenceTo(organizationEventCodec.encode(event), state.version + index + 1, last + index + 1)
        )
        if (dryRun) return success("dry_run", after.version, events)
        states.set(organizationId, after)
        last += events.length
        return success("applied", after.version, events)
      }
    }
  }
  return (command: CommandToSend) =>
    Effect.map(Clock.currentTimeMillis, (now) => encodeReply(replyTo(command, now)).body)
}

/**
 * The service in this process, for tests of programs that use `OrganizationClient`: it decides and answers as a
 * replica does, and forgets everything with its layer.
 */
export const InMemoryService: { readonly layer: Layer.Layer<CommandTransport> } = {
  layer: Layer.unwrap(Effect.sync(() => CommandTransport.layerMemory(makeAnswer())))
}
