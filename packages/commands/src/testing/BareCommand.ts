import { Result } from "effect"
import type { AnyAggregate } from "../Aggregate.ts"
import type { AnyCommand } from "../definition/CommandCatalog.ts"
import { idIn } from "../protocol/CommandRequest.ts"

type IdField<Name extends string> = `${Name}_id`

/** A command as a test says it: its type and its fields, without identity, and without the id of the aggregate if one likes. */
export type BareCommandOf<Name extends string, Inputs> = {
  readonly [Type in keyof Inputs & string]:
    & { readonly command_type: Type }
    & { [Field in keyof Inputs[Type] as Field extends IdField<Name> ? never : Field]: Inputs[Type][Field] }
    & { readonly [Field in keyof Inputs[Type] as Field extends IdField<Name> ? Field : never]?: Inputs[Type][Field] }
}[keyof Inputs & string]

/** Such a command, of any domain. */
export type BareCommand = { readonly command_type: string; readonly [field: string]: unknown }

/** The whole command under this id, to this aggregate. Throws with every issue for one that is not valid, or goes elsewhere. */
export const completed = (
  { catalog, makeCommand }: AnyAggregate,
  aggregateId: string,
  commandId: string,
  { command_type, ...fields }: BareCommand
): AnyCommand => {
  const known = catalog.commands.byType.get(command_type)
  if (known === undefined) throw new Error(`${command_type} is no command of ${catalog.name}`)
  const made = makeCommand(command_type, commandId, { [known.addressee]: aggregateId, ...fields })
  if (Result.isFailure(made)) throw new Error(`${command_type}: ${made.failure.message}`)
  const command = made.success as AnyCommand
  const addressee = idIn(command, known.addressee)
  if (addressee === aggregateId) return command
  throw new Error(`${command_type} is addressed to ${catalog.noun} ${addressee}, and this is about ${aggregateId}`)
}
