import { answerReader } from "@cim-domain/commands/client/answerReader"
import type { UnknownFailure } from "@cim-domain/commands/errors/Failure"
import { commandIdOf } from "@cim-domain/commands/history/commandIdOf"
import { upcast as upcastOf } from "@cim-domain/commands/history/upcast"
import { deriveId as derive } from "@cim-domain/commands/memory/deriveId"
import type * as Reply from "@cim-domain/commands/protocol/CommandReply"
import * as Request from "@cim-domain/commands/protocol/CommandRequest"
import * as Subject from "@cim-domain/commands/protocol/CommandSubject"
import type * as Known from "@cim-domain/commands/protocol/KnownAboutRequest"
import type { ValidationIssue } from "@cim-domain/commands/protocol/ValidationIssue"
import type { Result, Schema } from "effect"
import { Organization } from "./Organization.ts"
import type { CommandOf, CommandType, OrganizationCommand } from "./OrganizationCommand.ts"
import type { OrganizationError } from "./OrganizationError.ts"
import type { EventType, KnownEvent } from "./OrganizationEvent.ts"

/** What is said on the wire about organizations. All of it follows from the definition; here it has names. */
const { catalog, decider, events, reader, replies, states, subjects } = Organization

/** The organization as a decider: how it begins, what it says to commands, and what events make of it. */
export const organization = decider

/** Translates between events and their stored form. */
export const organizationEventCodec = events

/** Writes and reads states, for snapshots. */
export const organizationStateCodec = states

export const { decodeCommandMessage, identifyCommandMessage } = reader
export const { decodeReply, encodeReply, failureReply, makeRefusal, successReply } = replies
export const {
  commandPrefix,
  commandQueueGroup,
  commandSubject,
  commandSubscription,
  commandTokens,
  commandTypeOfToken,
  eventPrefix,
  eventSubject,
  eventTokens,
  eventTypeOfToken,
  parseEventSubject,
  snapshotPrefix
} = subjects
export const { encodeEvent } = events
export const { encodeCommand, makeCommand } = Organization
/** The state of an organization to which nothing has happened. */
export const initialState = decider.initial

/** Why an answer says no: an error of this version, or one of a newer one. */
export type Failure = OrganizationError | UnknownFailure

/** A command that can be decided, and what its answer needs. */
export type CommandRequest = Request.CommandRequest<OrganizationCommand>
/** A message that is no valid command, and why. */
export type FailedRequest = Request.FailedRequest
/** What an answer to a command can say about it. */
export type KnownAboutRequest = Known.KnownAboutRequest
/** A command as it comes from a broker. */
export type CommandMessage = Request.CommandMessage

/** The one answer that every command gets. */
export type CommandReply = Reply.CommandReply<Failure>
/** The answer to a command that was carried out or need not be. */
export type SuccessReply = Reply.SuccessReply
/** The answer to a command that was not carried out. */
export type FailureReply = Reply.FailureReply<Failure>

/** Reads answers for a command client. */
export const readAnswer = answerReader(replies)

/** An id that follows from a command and a purpose. */
export const deriveId = (messageId: string, slot: string): string => derive(catalog.name, messageId, slot)

/** The event's JSON in the current shape. */
export const upcast = (event: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } =>
  upcastOf(catalog.events, event)

/** The organization a command is addressed to; a merger is addressed to the surviving one, a child to its parent. */
export const addresseeOf = (command: OrganizationCommand): string =>
  Request.idIn(command, catalog.commands.byType.get(command.command_type)!.addressee)!

/** The organization in whose stream an event belongs. */
export const streamOf = (event: KnownEvent): string => catalog.events.byType.get(event.event_type)!.aggregateIdOf(event)

/** What the subject of a command claims about it. */
export type CommandSubject = Subject.CommandSubject
/** What a subject says, `null` when it is none of a command. */
export const parseCommandSubject = (subject: string, acceptLegacy: boolean): CommandSubject | null =>
  Subject.parseCommandSubject(catalog, subject, acceptLegacy)

/** What of a subject contradicts the command that came on it, or `null` when they agree. */
export const disagreement = (subject: CommandSubject, command: OrganizationCommand): string | null =>
  Subject.disagreement(catalog, subject, command.command_type, addresseeOf(command))

type WithFields = { readonly fields: Schema.Struct.Fields }

/** The schema of each command, as it is on the wire. */
export const commandSchemas = Object.fromEntries(
  Array.from(catalog.commands.byType.values(), ({ schema, type }) => [type, schema])
) as unknown as Readonly<Record<CommandType, Schema.Codec<OrganizationCommand, unknown> & WithFields>>

/** The schema of each event, as it is stored. */
export const eventSchemas = Object.fromEntries(
  Array.from(catalog.events.byType.values(), ({ schema, type }) => [type, schema])
) as unknown as Readonly<Record<EventType, Schema.Codec<KnownEvent, unknown> & WithFields>>

/** The fields of a command as a person gives them, in any spelling that the wire accepts: ids as plain strings, optional ones left out. */
export type CommandFields<Type extends CommandType> = {
  readonly [Field in Exclude<keyof CommandOf<Type>, "command_type" | "identity">]?: unknown
}

/** Reads the fields of a command of a known type. Fails with every issue found. */
export const decodeCommandFields = (
  type: CommandType,
  fields: unknown
): Result.Result<OrganizationCommand, ReadonlyArray<ValidationIssue>> =>
  catalog.commands.byType.get(type)!.decode(fields) as Result.Result<
    OrganizationCommand,
    ReadonlyArray<ValidationIssue>
  >

export { commandIdOf }
