import type { StateCodec } from "@cim-domain/event-sourcing/Aggregate"
import type { Decider, Decision } from "@cim-domain/event-sourcing/Decider"
import type { EventCodec } from "@cim-domain/event-sourcing/Event"
import { type Result, Schema } from "effect"
import type { CommandDefinition, commandEnvelope, CommandFields } from "./Command.ts"
import { type ContextOptions, type DecideContext, makeContext } from "./DecideContext.ts"
import type { Catalog } from "./definition/Catalog.ts"
import { checkDefinition } from "./definition/checkDefinition.ts"
import { checkInitial } from "./definition/checkInitial.ts"
import { checkParts } from "./definition/checkParts.ts"
import { type AnyCommand, type CommandTable, digestOf, makeCommandCatalog } from "./definition/CommandCatalog.ts"
import { type AnyEvent, type EventTable, makeEventCatalog } from "./definition/EventCatalog.ts"
import { type DomainDecide, type Gate, makeDecide } from "./definition/makeDecide.ts"
import { makeEvolve, makeInitial } from "./definition/makeEvolve.ts"
import type { UnknownFailure } from "./errors/Failure.ts"
import { type ServiceError, serviceErrors } from "./errors/serviceErrors.ts"
import type { EventDefinition, EventFields, occurredAt, schemaOf } from "./Event.ts"
import type { entityId, IdentifierSchema } from "./fields/Identifier.ts"
import type { Timestamp } from "./fields/Timestamp.ts"
import type { Evolved } from "./history/Evolved.ts"
import type { Kept } from "./history/Kept.ts"
import { makeEventCodec } from "./history/makeEventCodec.ts"
import { makeStateCodec } from "./history/makeStateCodec.ts"
import type { OpaqueEvent } from "./history/OpaqueEvent.ts"
import { typeNumbers } from "./memory/RecentCommands.ts"
import { type CommandReader, makeCommandReader } from "./protocol/CommandReader.ts"
import { makeReplies, type Replies } from "./protocol/CommandReply.ts"
import { makeCommand } from "./protocol/makeCommand.ts"
import { makeSubjects, type Subjects } from "./protocol/Subjects.ts"
import type { AnyError, AnyRejection } from "./Rejection.ts"
import { asItIs, type StateDefinition } from "./State.ts"

/** Kinds of errors by their tags. */
export type RejectionTable = { readonly [tag: string]: AnyRejection }

type Struct<Fields extends Schema.Struct.Fields> = Schema.Struct<Fields>["Type"]
type IdField<Name extends string> = `${Name}_id`
type Own<Field extends string, Id extends IdentifierSchema> = {
  readonly [Name in Field]: ReturnType<typeof entityId<Id>>
}
type WithId<Name extends string, Id extends IdentifierSchema, Fields> = IdField<Name> extends keyof Fields ? Fields
  : Own<IdField<Name>, Id> & Fields

/** The fields of one command, the one that names the aggregate included. */
export type CommandFieldsOf<Name extends string, Id extends IdentifierSchema, Given> = Given extends
  CommandDefinition<infer Fields, infer Addressee, any> ? (Addressee extends string ? Fields : WithId<Name, Id, Fields>)
  : WithId<Name, Id, Given>

/** The command of one type. */
export type CommandValue<Type extends string, Fields> = Fields extends CommandFields ? Struct<
    & { readonly command_type: Schema.Literal<Type> }
    & typeof commandEnvelope.before
    & Fields
    & typeof commandEnvelope.behind
  >
  : never

/** The commands of a table by their types. */
export type CommandsOf<Name extends string, Id extends IdentifierSchema, Table> = {
  readonly [Type in keyof Table & string]: CommandValue<Type, CommandFieldsOf<Name, Id, Table[Type]>>
}

/** What of a value may be given as text that is read leniently. */
type Lenient<A> = A extends Timestamp ? string : A

type OptionalInput<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly "~encoded.optionality": "optional" } ? Name : never
}[keyof Fields]

/** What of the fields of a command somebody gives who sends it: what has a default, or follows, may be left out. */
export type CommandInput<Fields, Optional> = Fields extends CommandFields ?
    & { readonly [Name in Exclude<keyof Fields, OptionalInput<Fields> | Optional>]: Lenient<Fields[Name]["Type"]> }
    & {
      readonly [Name in keyof Fields & (OptionalInput<Fields> | Optional)]?:
        | Lenient<Fields[Name]["Type"]>
        | null
        | undefined
    }
    & { readonly issued_by?: string | null | undefined; readonly expected_version?: number | null | undefined }
  : never

type OptionalOf<Given> = Given extends CommandDefinition<any, any, infer Optional> ? Optional : never

/** What of each command of a table somebody gives who sends it. */
export type InputsOf<Name extends string, Id extends IdentifierSchema, Table> = {
  readonly [Type in keyof Table & string]: CommandInput<CommandFieldsOf<Name, Id, Table[Type]>, OptionalOf<Table[Type]>>
}

type OwnEventFields<Name extends string, Id extends IdentifierSchema, Given> = Given extends
  EventDefinition<infer Fields, infer Addressee> ? ([Addressee] extends [undefined] ? WithId<Name, Id, Fields> : Fields)
  : WithId<Name, Id, Given>

type WithTime<Fields> = "occurred_at" extends keyof Fields ? Fields : Fields & typeof occurredAt

/** The event of one type. */
export type EventValue<Type extends string, Fields> = Fields extends EventFields
  ? ReturnType<typeof schemaOf<Type, Fields, number>>["Type"]
  : never

/** The events of a table by their types. */
export type EventsOf<Name extends string, Id extends IdentifierSchema, Table> = {
  readonly [Type in keyof Table & string]: EventValue<Type, WithTime<OwnEventFields<Name, Id, Table[Type]>>>
}

/** What every event says, and follows from its command. */
type Following = "event_id" | "identity" | "occurred_at" | "issued_by" | "schema_version"

/** What of an event a domain says; the rest follows from the command. */
export type BareEventOf<Name extends string, Event> = Event extends { readonly event_type: string } ?
    & { [Field in keyof Event as Field extends Following | IdField<Name> ? never : Field]: Event[Field] }
    & { readonly [Field in keyof Event as Field extends IdField<Name> ? Field : never]?: Event[Field] }
  : never

/** The errors of a table, and those of every service. */
export type ErrorsOf<Table extends RejectionTable> = Table[keyof Table]["schema"]["Type"] | ServiceError

type Values<Table> = Table[keyof Table]

/** What `decide` may give. */
type DecisionOf<Name extends string, Id extends IdentifierSchema, Events, Errors extends RejectionTable> = Decision<
  BareEventOf<Name, Values<EventsOf<Name, Id, Events>>>,
  ErrorsOf<Errors>
>

type AcceptedOf<Decided> = Decided extends { readonly _tag: "Accepted"; readonly events: ReadonlyArray<infer Event> }
  ? Event
  : never

type KeysOf<Union> = Union extends unknown ? keyof Union : never

/** The fields of the events of a decision that those do not have. */
type SurplusOf<Given, Event> = Given extends { readonly event_type: infer Type }
  ? Exclude<keyof Given, KeysOf<Extract<Event, { readonly event_type: Type }>>>
  : never

/** Refuses a decision with events that say more than they have fields for: it would not be stored. */
type WithoutSurplus<Decided, Allowed> = [SurplusOf<AcceptedOf<Decided>, AcceptedOf<Allowed>>] extends [never] ? unknown
  : { readonly "fields that the event does not have": SurplusOf<AcceptedOf<Decided>, AcceptedOf<Allowed>> }

/**
 * All that a domain is: what it is called, what can be said to it, what happens, why not, what there is, and what follows. See
 * {@link make}.
 */
export interface Definition<
  Name extends string,
  Id extends IdentifierSchema,
  Commands extends CommandTable,
  Events extends EventTable,
  Errors extends RejectionTable,
  State,
  Limits,
  Next extends Evolved<NoInfer<State>> = Evolved<NoInfer<State>>,
  Decided extends DecisionOf<Name, Id, Events, Errors> = DecisionOf<Name, Id, Events, Errors>
> {
  /** Lower case letters and digits. All names on the wire begin with it: `person.commands.>`, `PERSON_EVENTS`, `person_id`. */
  readonly name: Name
  /** What an aggregate is called, for people. Default: the name. */
  readonly noun?: string | undefined
  /** The kind of identifier of an aggregate. */
  readonly id: Id
  /** The fields of each command, or `Command.make` where there is more to say. */
  readonly commands: Commands
  /** The fields of each event, or `Event.make` where there is more to say. */
  readonly events: Events
  /** The version of the shape of events that are written. Default 1. */
  readonly schemaVersion?: number | undefined
  /** Why commands are refused. */
  readonly errors: Errors
  /** The schema of the state, or `State.make` where it is stored as something else than it is. */
  readonly state: Schema.Struct<Schema.Struct.Fields> & { readonly Type: State } | StateDefinition<State>
  /** The state of an aggregate to which nothing has happened. */
  readonly initial: NoInfer<State>
  /** Raise it when `evolve` makes something else of the same events: stored states are no longer believed then. Default 1. */
  readonly evolveVersion?: number | undefined
  /** Bounds that an operator may choose, as they are when nobody does. They reach `decide` in its context. */
  readonly limits?: Limits | undefined
  /** What a state takes in memory, in bytes, cheaply. Default: the cache is bounded by the number of states alone. */
  readonly sizeOf?: ((state: NoInfer<State> & Kept<Id["Type"]>) => number) | undefined
  /** Short names of commands, for subjects of before. */
  readonly legacyTokens?: { readonly [token: string]: keyof Commands & string } | undefined
  /**
   * What is refused before the version that a command expects is looked at: that there is no such thing, or that it takes
   * no commands any more. Default: nothing.
   */
  readonly gate?:
    | ((
      state: NoInfer<State> & Kept<Id["Type"]>,
      command: Values<CommandsOf<Name, Id, Commands>>,
      context: DecideContext<Limits>
    ) => ErrorsOf<Errors> | null)
    | undefined
  /**
   * What the domain says to a command: pure and total, asked as often as the machinery likes, of states that may never be. Gives
   * events without what follows from the command: ids, time, who issued it. An event with a field that it does not have is an
   * error of types, unless another `return` gives the same event without it: TypeScript makes one type of both. A law
   * (`aggregateLaws`) finds that.
   */
  readonly decide: (
    state: NoInfer<State> & Kept<Id["Type"]>,
    command: Values<CommandsOf<Name, Id, Commands>>,
    context: DecideContext<Limits>
  ) => Decided & WithoutSurplus<Decided, DecisionOf<Name, Id, Events, Errors>>
  /** What an event makes of a state: pure and total, also for events that no command leads to. */
  readonly evolve: (
    state: NoInfer<State> & Kept<Id["Type"]>,
    event: Values<EventsOf<Name, Id, Events>>
  ) => Next
}

/** The definition of any domain. */
export type AnyDefinition = Definition<any, any, any, any, any, any, any, any, any>

/** Everything that follows from the definition of a domain. */
export interface Aggregate<
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits,
  Inputs = unknown,
  Name extends string = string
> {
  /** Only for types: what of each command somebody gives who sends it. */
  readonly "~inputs"?: Inputs
  /** Only for types: the name. */
  readonly "~name"?: Name
  /** What all of this follows from. */
  readonly definition: AnyDefinition
  /** The tables, for whatever reads and writes messages. */
  readonly catalog: Catalog
  readonly subjects: Subjects<keyof Commands & string, keyof Events & string>
  readonly decider: Decider<
    State,
    Values<Commands>,
    Values<Events> | OpaqueEvent,
    Error,
    DecideContext<Limits>
  >
  readonly events: EventCodec<Values<Events> | OpaqueEvent> & {
    readonly encodeEvent: (event: Values<Events> | OpaqueEvent) => string
  }
  readonly states: StateCodec<State>
  readonly sizeOf: ((state: State) => number) | undefined
  readonly limits: Limits
  readonly reader: CommandReader<Values<Commands>>
  readonly replies: Replies<Error, Error | UnknownFailure>
  /** A context for deciding, with the limits of the definition where there are no others. */
  readonly makeContext: (
    options: Omit<ContextOptions<Limits>, "name" | "limits"> & { readonly limits?: Limits | undefined }
  ) => DecideContext<Limits>
  /** A command of its fields; see `makeCommand`. */
  readonly makeCommand: <Type extends keyof Commands & string>(
    type: Type,
    messageId: string,
    fields: { readonly [field: string]: unknown }
  ) => Result.Result<Commands[Type], ServiceError>
  /** The command as canonical JSON text. Throws for a value that is no valid command, which its type cannot rule out. */
  readonly encodeCommand: (command: Values<Commands>) => string
}

/** What follows from any definition. */
export type AnyAggregate = Aggregate<any, any, any, any, any, any, any>

/**
 * Makes a service of a domain: its definition is all that there is to write. Throws `DefinitionError` with every problem when
 * it cannot work.
 *
 * ```ts
 * const Person = Aggregate.make({
 *   name: "person",
 *   id: PersonId,
 *   commands: { RegisterPerson: Command.make({ given_name: Name }, { creates: "person_id" }) },
 *   events: { PersonRegistered: { given_name: Schema.String } },
 *   errors: { PersonExists },
 *   state: Schema.Struct({ given_name: Schema.NullOr(Schema.String) }),
 *   initial: { given_name: null },
 *   decide: (state, command) =>
 *     state.given_name === null
 *       ? accepted({ event_type: "PersonRegistered", given_name: command.given_name })
 *       : rejected(PersonExists.make({ person_id: state.id })),
 *   evolve: (state, event) => ({ ...state, given_name: event.given_name })
 * })
 * ```
 */
export const make = <
  const Name extends string,
  Id extends IdentifierSchema,
  const Commands extends CommandTable,
  const Events extends EventTable,
  const Errors extends RejectionTable,
  State,
  Limits = object,
  const Next extends Evolved<NoInfer<State>> = Evolved<NoInfer<State>>,
  Decided extends DecisionOf<Name, Id, Events, Errors> = DecisionOf<Name, Id, Events, Errors>
>(
  definition: Definition<Name, Id, Commands, Events, Errors, State, Limits, Next, Decided>
): Aggregate<
  CommandsOf<Name, Id, Commands>,
  EventsOf<Name, Id, Events>,
  ErrorsOf<Errors>,
  State & Kept<Id["Type"]>,
  Limits,
  InputsOf<Name, Id, Commands>,
  Name
> => {
  const state = stateOf<State>(definition.state)
  const catalog = catalogOf(definition, state)
  const { commands } = catalog
  const types = typeNumbers(commands.types, catalog.events.types)
  const loose = definition as unknown as LooseDefinition<State, Limits>
  const decider = deciderOf(catalog, loose, types)
  const states = makeStateCodec<State>(catalog, types, state, loose.evolveVersion ?? 1)
  checkInitial(catalog.name, states, decider.initial("0198c0de-0000-7000-8000-000000000001"))
  const limits = (loose.limits ?? {}) as Limits
  const made: Aggregate<any, any, any, State & Kept, Limits> = {
    definition,
    catalog,
    subjects: catalog.subjects,
    decider,
    events: makeEventCodec(catalog.events),
    states,
    sizeOf: loose.sizeOf,
    limits,
    reader: makeCommandReader(catalog),
    replies: makeReplies(catalog) as Replies<any, any>,
    makeContext: ({ commandId, limits: chosen = limits, now, policy }) =>
      makeContext({ name: catalog.name, commandId, limits: chosen, now, policy }),
    makeCommand: (type, messageId, fields) =>
      makeCommand(catalog, type, messageId, fields) as Result.Result<any, ServiceError>,
    encodeCommand: (command) => JSON.stringify(commands.byType.get(command.command_type)!.encode(command))
  }
  return made as any
}

/** The tables of a definition, once they have been checked. */
const catalogOf = (definition: AnyDefinition, state: StateDefinition<any>): Catalog => {
  const { id, name, noun = name, schemaVersion = 1 } = definition
  const idField = `${name}_id`
  const ofService = serviceErrors(noun)
  checkParts(definition, state, Object.keys(ofService))
  const commands = makeCommandCatalog(idField, id, definition.commands)
  const events = makeEventCatalog(idField, id, definition.events, schemaVersion)
  const catalog: Catalog = {
    name,
    noun,
    idField,
    id,
    commands,
    events,
    subjects: makeSubjects(name, commands, events),
    errors: { ...definition.errors, ...(ofService as unknown as RejectionTable) },
    serviceErrors: ofService,
    legacyTokens: new Map(Object.entries(definition.legacyTokens ?? {}))
  }
  checkDefinition(catalog, definition, state)
  return catalog
}

/** The domain with what every aggregate remembers, and what is known of a command before it is decided. */
const deciderOf = <State, Limits>(
  catalog: Catalog,
  { decide, evolve, gate, initial }: LooseDefinition<State, Limits>,
  types: ReturnType<typeof typeNumbers>
): Decider<State & Kept, AnyCommand, AnyEvent | OpaqueEvent, AnyError, DecideContext<Limits>> => {
  const { commands, events } = catalog
  return {
    initial: makeInitial(types, initial),
    decide: makeDecide(catalog, { decide, gate }, makeEventCodec(events).decode),
    evolve: makeEvolve(catalog, evolve),
    begins: (command) => commands.byType.get(command.command_type)?.begins === true,
    factsOf: (command) => ({
      type: command.command_type,
      digest: digestOf(commands.byType.get(command.command_type)!, command)
    })
  }
}

/** A definition as the machinery sees it: its types are the author's alone. */
interface LooseDefinition<State, Limits> {
  readonly initial: State
  readonly evolveVersion: number | undefined
  readonly limits: Limits | undefined
  readonly decide: DomainDecide<State, Limits>
  readonly gate: Gate<State, Limits> | undefined
  readonly evolve: (state: State & Kept, event: AnyEvent) => Evolved<State>
  readonly sizeOf: ((state: State & Kept) => number) | undefined
}

const stateOf = <State>(given: unknown): StateDefinition<State> => {
  if (Schema.isSchema(given) && "fields" in given) {
    return asItIs(given as Schema.Struct<Schema.Struct.Fields>) as unknown as StateDefinition<State>
  }
  // Whatever else it is: `checkParts` says so.
  return (typeof given === "object" && given !== null && "_tag" in given && given._tag === "StateDefinition"
    ? given
    : undefined) as StateDefinition<State>
}
