import { commandPrefix, commandTokens, isCommandType } from "@cim-domain/organization"
import { readUuid } from "@cim-domain/organization/Identifiers"
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
export const subjectOfLine = (line: CommandLine): string => {
  const body = fieldsOf(line)
  const type = body["command_type"]
  const id = readUuid(body["organization_id"] ?? body["surviving_organization_id"] ?? body["parent_organization_id"])
  const token = typeof type === "string" && isCommandType(type) ? commandTokens[type] : undefined
  if (token === undefined) return `${commandPrefix}.create`
  return id === null ? `${commandPrefix}.${token}` : `${commandPrefix}.${id}.${token}`
}

/** Whether a line can be sent again without taking effect again, because it has an id of its own. */
export const isRepeatable = (line: CommandLine): boolean => fieldsOf(line)["identity"] !== undefined
