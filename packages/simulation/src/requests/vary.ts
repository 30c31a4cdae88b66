import { commandTable } from "../model/commandTable.ts"
import type { Randomness } from "../time/Randomness.ts"
import type { ComposedCommand } from "./composeCommand.ts"

/** The same command in another spelling that is read, or with more said beside it. */
export const vary = (random: Randomness, command: ComposedCommand): ComposedCommand => {
  const body = JSON.parse(command.body) as Record<string, unknown>
  const { commandId, organizationId } = command
  const withBody = (changed: unknown) => ({ ...command, body: JSON.stringify(changed) })
  const withHeaders = (headers: Readonly<Record<string, string>>) => ({ ...command, headers })
  const { addressed, token } = commandTable[command.type]!
  return random.pick([
    () => withHeaders({ "X-Dry-Run": "true" }),
    () => withHeaders({ "X-Dry-Run": "true" }),
    () => withHeaders({ "X-Actor": "somebody", "X-Expected-Version": String(random.below(4)) }),
    () => withBody({ ...body, issued_by: "hr-portal" }),
    () => withBody({ ...body, salary: 3, reports: [command.commandId] }),
    () => withBody({ ...body, [addressed]: { id: organizationId.toUpperCase() } }),
    () => withBody({ ...body, [addressed]: { value: `urn:uuid:${organizationId.replaceAll("-", "")}` } }),
    () => withBody({ ...body, [addressed]: `{${organizationId}}` }),
    () => {
      const identity = {
        correlation_id: { kind: "Transaction", value: organizationId },
        causation_id: organizationId,
        message_id: commandId.toUpperCase()
      }
      return withBody({ ...body, identity })
    },
    () => withBody({ ...body, identity: { message_id: commandId } }),
    () => {
      const headers = { "X-Correlation-ID": organizationId }
      return { ...withBody({ ...body, identity: { message_id: commandId, correlation_id: null } }), headers }
    },
    () => withBody({ ...body, identity: { message_id: { value: commandId }, causation_id: organizationId } }),
    () => {
      const { identity: _, ...rest } = body
      const headers = { "Nats-Msg-Id": commandId, "X-Correlation-ID": organizationId, "X-Causation-ID": organizationId }
      return { ...withBody(rest), headers }
    },
    () => {
      const { identity, ...rest } = body
      return withBody({ id: commandId, command: rest, issued_by: "envelope", identity })
    },
    () => ({ ...command, subject: `organization.commands.${organizationId}` }),
    () => ({ ...command, subject: `organization.commands.${token}` })
  ])()
}
