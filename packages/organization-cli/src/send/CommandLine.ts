import { readUuid } from "@cim-domain/commands/fields/Identifier"
import { isJsonObject } from "@cim-domain/commands/protocol/parseJson"
import { unwrapEnvelope } from "@cim-domain/commands/protocol/unwrapEnvelope"
import type { CommandToSend } from "@cim-domain/event-sourcing"
import { commandPrefix, commandTokens, isCommandType } from "@cim-domain/organization"
import { Option, Schema } from "effect"

/** One raw command of a file. */
export interface CommandLine {
  /** The first line of a file is 1. */
  readonly number: number
  readonly text: string
}

const JsonObject = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))
const parse = Schema.decodeUnknownOption(JsonObject)
const fieldsOf = ({ text }: CommandLine) =>
  Option.getOrElse(parse(text), (): Readonly<Record<string, Schema.Json>> => ({}))

/** The most precise subject that a raw command lets be known; whatever is wrong with it, the service says so. */
const subjectOfLine = (line: CommandLine): string => {
  const body = fieldsOf(line)
  const type = body["command_type"]
  const id = readUuid(body["organization_id"] ?? body["surviving_organization_id"] ?? body["parent_organization_id"])
  const token = typeof type === "string" && isCommandType(type) ? commandTokens[type] : undefined
  if (token === undefined) return `${commandPrefix}.create`
  return id === null ? `${commandPrefix}.${token}` : `${commandPrefix}.${id}.${token}`
}

/** What a raw command says about its identity, by itself or by its envelope; `null` when it leaves that to others. */
const identityOf = (line: CommandLine): unknown => {
  const { command, identity, messageId } = unwrapEnvelope(fieldsOf(line))
  const id = readUuid(messageId)
  return command["identity"] ?? identity ?? (id === null ? null : { message_id: id })
}

/** Whether a line can be sent in another run without taking effect again, because it has an id of its own. */
export const isRepeatable = (line: CommandLine): boolean => identityOf(line) !== null

/**
 * The message of a line. Its text stays as it is; `id` names the command for as long as it is sent, should it have no
 * identity of its own.
 */
export const toSend = (line: CommandLine, id: string): CommandToSend => {
  const identity = identityOf(line)
  return {
    subject: subjectOfLine(line),
    headers: identity === null ? { "Nats-Msg-Id": id } : {},
    body: line.text,
    commandId: (isJsonObject(identity) ? readUuid(identity["message_id"]) : null) ?? id
  }
}
