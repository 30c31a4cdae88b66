import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Result, Schema } from "effect"
import { type CommandDefinition, commandEnvelopeFields, type CommandFields, make, schemaOf } from "../Command.ts"
import { entityId, type IdentifierSchema } from "../fields/Identifier.ts"
import { sha256 } from "../memory/sha256.ts"
import type { MessageIdentity } from "../protocol/MessageIdentity.ts"
import { issuesOf, type ValidationIssue } from "../protocol/ValidationIssue.ts"
import { type FieldShape, shapeOf } from "./FieldShape.ts"
import { snakeCase } from "./snakeCase.ts"

/** A command of whatever type, as a domain sees it. */
export interface AnyCommand {
  readonly command_type: string
  readonly identity: MessageIdentity
  readonly issued_by: string | null
  readonly expected_version: number | null
}

/** All that is known about the commands of one type. */
export interface KnownCommand {
  readonly type: string
  readonly token: string
  /** The schema of the whole command. */
  readonly schema: Schema.Codec<AnyCommand, unknown>
  /** The fields of the schema. */
  readonly fields: CommandFields
  /** What may stand in each of them. */
  readonly shapes: ReadonlyMap<string, FieldShape>
  /** Those that may hold numbers with a point, or beyond the safe ones. */
  readonly numberFields: ReadonlyArray<string>
  readonly addressee: string
  /** The field with the id of what it creates, and the purpose that the id is derived for. */
  readonly creates: { readonly field: string; readonly slot: string } | undefined
  /** Whether it creates the aggregate. */
  readonly begins: boolean
  readonly defaults: (given: { readonly [field: string]: unknown }) => { readonly [field: string]: unknown }
  /** What fields that were added later are written as when they are missing; `undefined` for one that may not be. */
  readonly neutral: ReadonlyMap<string, string | undefined>
  /** Reads the fields of a command; fails with every issue found. */
  readonly decode: (fields: unknown) => Result.Result<AnyCommand, ReadonlyArray<ValidationIssue>>
  /** The command as JSON. Throws for a value that is no valid command. */
  readonly encode: (command: AnyCommand) => { readonly [field: string]: unknown }
}

/** The commands of one domain, by type and by token. */
export interface CommandCatalog {
  readonly types: ReadonlyArray<string>
  readonly byType: ReadonlyMap<string, KnownCommand>
  readonly byToken: ReadonlyMap<string, KnownCommand>
}

/** What a definition says about commands: their own fields alone, or more. */
export type CommandTable = { readonly [type: string]: CommandFields | CommandDefinition<any, any, any> }

/** Whether a table says more of something than its fields. */
export const isDefinition = <Definition extends { readonly _tag: string }>(
  given: Schema.Struct.Fields | Definition
): given is Definition => typeof given["_tag"] === "string"

/** Everything that follows from the commands of a definition. */
export const makeCommandCatalog = (idField: string, id: IdentifierSchema, table: CommandTable): CommandCatalog => {
  const known = Object.entries(table).map(([type, given]) =>
    knownCommand(idField, id, type, isDefinition<CommandDefinition<any, any, any>>(given) ? given : make(given))
  )
  return {
    types: known.map(({ type }) => type),
    byType: new Map(known.map((command) => [command.type, command])),
    byToken: new Map(known.map((command) => [command.token, command]))
  }
}

const nothing = {}

const knownCommand = (
  idField: string,
  id: IdentifierSchema,
  type: string,
  { fields: given, options }: CommandDefinition
): KnownCommand => {
  const addressee = options.addressee ?? idField
  const fields: CommandFields = addressee in given ? given : { [addressee]: entityId(id), ...given }
  const struct = schemaOf(type, fields)
  const schema = (options.checks === undefined ? struct : struct.check(...options.checks)) as unknown as Schema.Codec<
    AnyCommand,
    unknown
  >
  const decode = Schema.decodeUnknownResult(CompiledSchemas.install(schema), { errors: "all" })
  const encode = Schema.encodeSync(schema) as KnownCommand["encode"]
  const { addedLater = [], creates, defaults = () => nothing } = options
  const shapes = new Map(Object.entries(struct.fields).map(([name, field]) => [name, shapeOf(field)]))
  return {
    type,
    token: options.token ?? snakeCase(type),
    schema,
    fields: struct.fields,
    shapes,
    numberFields: [...shapes].filter(([, { hasNumbers }]) => hasNumbers).map(([name]) => name),
    addressee,
    creates: creates === undefined ? undefined : { field: creates, slot: creates.replace(/_id$/, "") },
    begins: creates === idField,
    defaults,
    neutral: new Map(addedLater.map((name) => [name, writtenWhenMissing(name, fields[name])])),
    decode: (given) => Result.mapError(decode(given), (error) => issuesOf(error.issue)),
    encode
  }
}

const writtenWhenMissing = (name: string, field: Schema.Constraint | undefined): string | undefined => {
  if (field === undefined) return undefined
  const alone = Schema.Struct({ [name]: field }) as unknown as Schema.Codec<
    unknown,
    { readonly [name: string]: unknown }
  >
  const read = Schema.decodeUnknownResult(alone)({})
  return Result.isSuccess(read) ? JSON.stringify(Schema.encodeSync(alone)(read.success)[name]) : undefined
}

/**
 * What a command asks for, as 16 hexadecimal digits: the beginning of the SHA-256 of its own fields as they are written, without
 * those that say nothing: `null`, `[]`, `{}`, and the default of one that was added later. So a field that is added one day, and is
 * neutral when it is missing, changes no digest of an older command; and who asks, when, and on what version makes no difference.
 */
export const digestOf = ({ encode, neutral }: KnownCommand, command: AnyCommand): string => {
  const written = encode(command)
  let text = ""
  for (const field in written) {
    // Most fields of an update are `null`.
    if (written[field] === null || commandEnvelopeFields.includes(field)) continue
    const value = JSON.stringify(written[field])
    if (value === "null" || value === "[]" || value === "{}" || value === neutral.get(field)) continue
    text += `${text === "" ? "{" : ","}"${field}":${value}`
  }
  return sha256(text === "" ? "{}" : `${text}}`).slice(0, 16)
}
