import { Schema, type SchemaAST } from "effect"
import { omittedWhenNull } from "./fields/nullable.ts"
import { Version } from "./fields/Quantity.ts"
import { Actor } from "./fields/text.ts"
import { MessageIdentity } from "./protocol/MessageIdentity.ts"

/** What a command says beside its own fields. */
export type CommandFields = Schema.Struct.Fields

type Given = { readonly [field: string]: unknown }

/** What else there is to a command; see {@link make}. */
export interface CommandOptions<
  Addressee extends string | undefined = string | undefined,
  Creates extends string | undefined = string | undefined,
  Defaults extends Given = Given
> {
  /**
   * The field with the id of what the command creates, `<something>_id`. It may be left out by whoever sends the command: then
   * the id follows from the command id. When it is the id of the aggregate itself, the command begins an aggregate.
   */
  readonly creates?: Creates
  /** The field that names the aggregate, when it is not `<name>_id`. */
  readonly addressee?: Addressee
  /** The name of the command in subjects. Default: its type in snake case. */
  readonly token?: string | undefined
  /** Fields to fill in that depend on others: gets the fields as they came, gives those to take instead. */
  readonly defaults?: ((given: Given) => Defaults) | undefined
  /**
   * Fields that came to the command after it was in use and have a default other than `null`, an empty list or object. At their
   * default they are no part of what the command asked for, so that one sent before them is still the same.
   */
  readonly addedLater?: ReadonlyArray<string> | undefined
  /** What must be true of several fields together. */
  readonly checks?: readonly [SchemaAST.Check<any>, ...ReadonlyArray<SchemaAST.Check<any>>] | undefined
}

/** The definition of one command: its fields, and what else there is to it. `Optional` fields need not be given. */
export interface CommandDefinition<
  Fields extends CommandFields = CommandFields,
  Addressee extends string | undefined = string | undefined,
  Optional = string
> {
  readonly _tag: "CommandDefinition"
  readonly fields: Fields
  readonly options: CommandOptions<Addressee>
  readonly "~optional"?: Optional
}

/**
 * Defines a command that there is more to say of than its fields.
 *
 * ```ts
 * const AssignRole = Command.make(
 *   { assignment_id: entityId(AssignmentId), role_id: entityId(RoleId), from: timestamp },
 *   { creates: "assignment_id" }
 * )
 * ```
 */
export const make = <
  const Fields extends CommandFields,
  const Addressee extends string | undefined = undefined,
  const Creates extends string | undefined = undefined,
  Defaults extends Given = { readonly [field in never]: unknown }
>(
  fields: Fields,
  options: CommandOptions<Addressee, Creates, Defaults> = {}
  // What stands around it says nothing of its addressee, and a table of definitions says that it may be any.
): CommandDefinition<Fields, NoInfer<Addressee>, (NoInfer<Creates> & string) | (keyof NoInfer<Defaults> & string)> => ({
  _tag: "CommandDefinition",
  fields,
  options
})

/** What any command says beside its own fields, those before and those behind them. */
export const commandEnvelope = {
  before: { identity: MessageIdentity },
  behind: { issued_by: omittedWhenNull(Actor), expected_version: omittedWhenNull(Version) }
}

/** The fields that {@link commandEnvelope} and the type take. */
export const commandEnvelopeFields: ReadonlyArray<string> = [
  "command_type",
  ...Object.keys(commandEnvelope.before),
  ...Object.keys(commandEnvelope.behind)
]

/** The schema of one command: its own fields between its identity and what any command may add. */
export const schemaOf = <const Type extends string, const Fields extends CommandFields>(type: Type, fields: Fields) =>
  Schema.Struct({
    command_type: Schema.Literal(type),
    ...commandEnvelope.before,
    ...fields,
    ...commandEnvelope.behind
  })
