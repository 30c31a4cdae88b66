import { Result } from "effect"
import { type CommandType, type OrganizationCommand } from "../src/OrganizationCommand.ts"
import { type CommandRequest, decodeCommandMessage, type FailedRequest } from "../src/protocol.ts"
import { encodeCommand } from "../src/protocol.ts"
import { commandTokens } from "../src/protocol.ts"
import { acme } from "./golden.ts"

/** The id that a message without identity gets in tests. */
export const mintedId = "0198c0de-9999-7000-8000-000000000001"

/** Decodes a command message; bodies are JSON values, text or bytes. */
export const send = (
  body: unknown,
  options: {
    readonly subject?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly headersProblem?: string
    readonly acceptLegacySubjects?: boolean
  } = {}
): Result.Result<CommandRequest, FailedRequest> =>
  decodeCommandMessage({
    subject: options.subject ?? `organization.commands.${acme}`,
    body: body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
    header: (name) => options.headers?.[name],
    headersProblem: options.headersProblem
  }, { acceptLegacySubjects: options.acceptLegacySubjects ?? true, newId: () => mintedId })

/** The request of a message that must decode. */
export const sent = (...args: Parameters<typeof send>): CommandRequest =>
  Result.getOrThrowWith(send(...args), (failed) => new Error(JSON.stringify(failed.error)))

/** The failure of a message that must not decode. */
export const refused = (...args: Parameters<typeof send>): FailedRequest =>
  Result.getOrThrowWith(Result.flip(send(...args)), (request) => new Error(encodeCommand(request.command)))

/** The subject that agrees with a command to the golden organization. */
export const subjectFor = (type: string, organizationId = acme): string =>
  `organization.commands.${organizationId}.${commandTokens[type as CommandType]}`

/** A command through the wire and back. */
export const throughWire = (command: OrganizationCommand, organizationId: string): OrganizationCommand =>
  sent(encodeCommand(command), { subject: `organization.commands.${organizationId}` }).command
