import type { TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import type { AnyCommand } from "../definition/CommandCatalog.ts"
import type { ServiceError } from "../errors/serviceErrors.ts"
import type { KnownAboutRequest } from "./KnownAboutRequest.ts"
import type { CorrelationId } from "./MessageIdentity.ts"

/** A command as it comes from a broker. */
export interface CommandMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly header: (name: string) => string | undefined
  /** Why the headers cannot be read. A command whose headers nobody knows is not carried out: one says that it is a dry run. */
  readonly headersProblem?: string | undefined
}

/** How to read commands. */
export interface CommandRequestOptions {
  /** Whether subjects with an id or a command alone are accepted. */
  readonly acceptLegacySubjects: boolean
  /** Mints a UUID of version 7, for commands that come without identity. */
  readonly newId: () => string
}

/** A command that can be decided, and what its answer needs. */
export interface CommandRequest<Command = AnyCommand> {
  /** The aggregate that decides. */
  readonly aggregateId: string
  readonly command: Command
  readonly commandId: string
  readonly correlationId: CorrelationId
  readonly causationId: string
  readonly expectedVersion: number | null
  readonly issuedBy: string | null
  /** Decide, but record nothing. */
  readonly dryRun: boolean
  readonly warnings: ReadonlyArray<string>
  /** The id of what the command creates. */
  readonly createdId: string | null
  /** Where the request belongs in a trace. */
  readonly trace: TraceContext
}

/** A message that is no valid command, and why. */
export interface FailedRequest extends KnownAboutRequest {
  readonly error: ServiceError
}

/** The id in a field of a command. */
export const idIn = (command: AnyCommand, field: string): string | null =>
  (command as unknown as { readonly [field: string]: string | null })[field] ?? null
