import type { CommandFields, CommandType } from "@cim-domain/organization"
import { type Argument, Command, type Flag } from "effect/cli"
import { commandFlags, submit } from "./submit.ts"

type Param = Flag.Flag<unknown> | Argument.Argument<unknown>

/** How each field of a command is typed; those that every command has are flags of every sub-command. */
type Params<Type extends CommandType> = {
  readonly [Field in Exclude<keyof CommandFields<Type>, "issued_by" | "expected_version">]: Param
}

/**
 * The sub-command `name` that sends one command of the domain. `params` says for each of its fields, by the name that it
 * has on the wire, what is typed; arguments are expected in that order.
 */
export const commandOf = <const Name extends string, Type extends CommandType>(
  name: Name,
  type: Type,
  params: Params<Type>,
  about: {
    readonly description: string
    /** What to type after `organization`, and what that does. */
    readonly examples: ReadonlyArray<readonly [typed: string, description: string]>
  }
) =>
  Command.make(
    name,
    { fields: params as Readonly<Record<string, Param>>, flags: commandFlags },
    ({ fields, flags }) => submit(type, fields as CommandFields<Type>, flags)
  ).pipe(
    Command.withDescription(about.description),
    Command.withExamples(
      about.examples.map(([typed, description]) => ({ command: `organization ${typed}`, description }))
    )
  )
