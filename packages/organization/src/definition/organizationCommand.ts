import type { BareEventOf, CommandValue } from "@cim-domain/commands/Aggregate"
import * as Command from "@cim-domain/commands/Command"
import type { Decision } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import type { OrganizationRoot } from "../organization/OrganizationRoot.ts"
import type { OrganizationError } from "../OrganizationError.ts"
import type { EventOf, EventType } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { beforeCreation, CommandGate } from "./CommandGate.ts"

/** What an organization says to a command that may lead to events of these types. */
export type OrganizationDecision<Type extends EventType = EventType> = Decision<
  BareEventOf<"organization", EventOf<Type>>,
  OrganizationError
>

/** An organization that is created and not terminal. */
export interface LiveOrganization extends OrganizationState {
  readonly organization: OrganizationRoot
}

/** What an organization says to one command, after what holds for all commands was checked. */
type Rule<State, Command, Type extends EventType> = (
  state: State,
  command: Command,
  context: DecideContext
) => OrganizationDecision<Type>

/** In the place of a rule: this version reads the command and refuses it as not supported. */
export const noRuleYet = "no rule yet"

/** What the domain says of a command beside what any command has. */
interface Meaning<Gate extends CommandGate, Type extends EventType> {
  /** What it is for, in a sentence or two for those who send it. */
  readonly about: string
  readonly gate: Gate
  /** The types of its events; the rule can lead to no others. */
  readonly leadsTo: readonly [Type, ...ReadonlyArray<Type>]
}

/** All there is to a command of an organization. */
export interface OrganizationCommandDefinition<
  Fields extends Command.CommandFields,
  Addressee extends string | undefined,
  Optional
> extends Command.CommandDefinition<Fields, Addressee, Optional>, Meaning<CommandGate, EventType> {
  readonly rule: Rule<any, any, EventType> | typeof noRuleYet
}

/** Defines a command by its fields, by what else there is to say of it, and by its rule, which gets it as its fields say. */
export const organizationCommand = <
  const Fields extends Command.CommandFields,
  const Gate extends CommandGate,
  Type extends EventType,
  const Addressee extends string | undefined = undefined,
  const Creates extends string | undefined = undefined,
  Default extends string = never
>(
  fields: Fields,
  { about, gate, leadsTo, ...options }:
    & Meaning<Gate, Type>
    & Command.CommandOptions<Addressee, Creates, Readonly<Record<Default, unknown>>>,
  rule:
    | Rule<
      Gate extends typeof beforeCreation ? OrganizationState : LiveOrganization,
      CommandValue<string, Fields>,
      NoInfer<Type>
    >
    | typeof noRuleYet
): OrganizationCommandDefinition<Fields, Addressee, (Creates & string) | Default> => ({
  ...Command.make(fields, options),
  about,
  gate,
  leadsTo,
  rule
})
