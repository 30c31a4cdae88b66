import type { CommandFields, CommandType } from "@cim-domain/organization"
import { Command } from "effect/cli"
import { type Param, paramOf, type Typed } from "./paramOf.ts"
import { commandFlags, submit } from "./submit.ts"

/** How each field of a command is typed; those that every command has are flags of every sub-command. */
type Fields<Type extends CommandType> = {
  readonly [Field in Exclude<keyof CommandFields<Type>, "issued_by" | "expected_version">]: Typed
}

/**
 * The sub-command `name` that sends one command of the domain. `fields` says how each of its fields is typed, by the name that
 * it has on the wire; arguments are expected in that order.
 */
export const commandOf = <const Name extends string, Type extends CommandType>(
  name: Name,
  type: Type,
  fields: Fields<Type>,
  about: {
    readonly description: string
    /** What to type after `organization`, and what that does. */
    readonly examples: ReadonlyArray<readonly [typed: string, description: string]>
  }
) =>
  Command.make(
    name,
    { fields: paramsOf(type, fields), flags: commandFlags },
    ({ fields, flags }) => submit(type, fields as CommandFields<Type>, flags)
  ).pipe(
    Command.withDescription(about.description),
    Command.withExamples(
      about.examples.map(([typed, description]) => ({ command: `organization ${typed}`, description }))
    )
  )

const paramsOf = (type: CommandType, fields: Readonly<Record<string, Typed>>): Readonly<Record<string, Param>> =>
  Object.fromEntries(Object.entries(fields).map(([field, typed]) => [field, paramOf(type, field, typed)]))
