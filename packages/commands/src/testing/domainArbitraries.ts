import { Arbitrary, Result, Schema } from "effect"
import type { AnyAggregate } from "../Aggregate.ts"
import { commandEnvelopeFields } from "../Command.ts"
import type { DecideContext } from "../DecideContext.ts"
import type { AnyCommand, KnownCommand } from "../definition/CommandCatalog.ts"
import type { AnyEvent, KnownEvent } from "../definition/EventCatalog.ts"
import { eventEnvelopeFields } from "../Event.ts"
import type { OpaqueEvent } from "../history/OpaqueEvent.ts"
import { illFormedTexts } from "../protocol/illFormedTexts.ts"
import { opaqueEvents } from "./opaqueEvents.ts"
import { schemaArbitrary, type SchemaArbitraryOptions } from "./schemaArbitrary.ts"
import { instant, listOf, oneOf, upTo, uuidOf } from "./valueArbitraries.ts"

type Fields = { readonly [field: string]: unknown }

/** How the commands and events of a domain are made. */
export interface DomainArbitrariesOptions extends SchemaArbitraryOptions {
  /** Values for own fields of commands by type, in place of those that follow from their schemas: for what must go together. */
  readonly commands?: { readonly [type: string]: Arbitrary.Arbitrary<Fields> } | undefined
  /** As `commands`, of events. */
  readonly events?: { readonly [type: string]: Arbitrary.Arbitrary<Fields> } | undefined
  /** Bounds of the domain in contexts. Default: those of the definition. */
  readonly limits?: unknown
  /** Commands in a walk, and events in a history. Default 20. */
  readonly length?: number | undefined
  /** Walks of the domain's own, to the aggregate {@link walkedId}: for what chance alone does not lead to. */
  readonly walks?: Arbitrary.Arbitrary<ReadonlyArray<readonly [any, DecideContext<any>]>> | undefined
}

/** Commands with their contexts, in the order in which they are sent. */
export type Walk = ReadonlyArray<readonly [AnyCommand, DecideContext<any>]>

/** Generators of what is said in a domain. */
export interface DomainArbitraries {
  /** Any valid command of one type, to the walked aggregate. */
  readonly commandOf: (type: string) => Arbitrary.Arbitrary<AnyCommand>
  readonly anyCommand: Arbitrary.Arbitrary<AnyCommand>
  /** Any event of one type, whether or not a command leads to it. */
  readonly eventOf: (type: string) => Arbitrary.Arbitrary<AnyEvent>
  /** An event that cannot be read. */
  readonly opaque: Arbitrary.Arbitrary<OpaqueEvent>
  /** Commands to one aggregate; ids come again, clocks run forwards and backwards. */
  readonly walks: Arbitrary.Arbitrary<Walk>
  /** Events of one aggregate in an order that no service would record them in; all can be read. */
  readonly readable: Arbitrary.Arbitrary<ReadonlyArray<AnyEvent>>
  /** Such events, and among them some that cannot be read, and some of other aggregates. */
  readonly histories: Arbitrary.Arbitrary<ReadonlyArray<AnyEvent | OpaqueEvent>>
}

/** The aggregate that commands and events are mostly about. */
export const walkedId: string = uuidOf(0)

/** Generators of the commands and events of a domain, from the schemas of their fields. */
export const domainArbitraries = (
  { catalog: { commands, events }, makeContext }: Pick<AnyAggregate, "catalog" | "makeContext">,
  options: DomainArbitrariesOptions = {}
): DomainArbitraries => {
  const { length = 20 } = options
  const byCommand = new Map(
    Array.from(commands.byType.values(), (known) => [known.type, commandValues(known, options)])
  )
  const byEvent = new Map(Array.from(events.byType.values(), (known) => [known.type, eventValues(known, options)]))
  const anyCommand = oneOf(...byCommand.values())
  const ownEvent = oneOf(
    ...Array.from(byEvent, ([type, values]) => Arbitrary.map(values, own(events.byType.get(type)!)))
  )
  const opaque = opaqueEvents("Unheard", ...events.types)
  const begins = Array.from(commands.byType.values()).filter(({ begins }) => begins).map(({ type }) =>
    byCommand.get(type)!
  )
  const first = begins.length === 0 ? anyCommand : oneOf(...begins, ...begins, ...begins, anyCommand)
  const walked = stepsToWalk(makeContext, options.limits)
  return {
    commandOf: (type) => byCommand.get(type)!,
    anyCommand,
    eventOf: (type) => byEvent.get(type)!,
    opaque,
    walks: options.walks === undefined
      ? Arbitrary.map(
        Arbitrary.all([stepOf(first), listOf(stepOf(anyCommand), length - 1)]),
        ([first, others]) => walked([first, ...others])
      )
      : Arbitrary.filter(options.walks, (walk) => walk.length > 0),
    readable: listOf(ownEvent, length),
    histories: listOf(
      oneOf<AnyEvent | OpaqueEvent>(...Array.from({ length: 18 }, () => ownEvent), oneOf(...byEvent.values()), opaque),
      length
    )
  }
}

/** What is beside the own fields of a message, from one number: there are many messages, and each number costs time. */
interface Envelope {
  readonly identity: {
    readonly correlation_id: { readonly kind: string; readonly value: string }
    readonly causation_id: string
    readonly message_id: string
  }
  readonly issued_by: string | null
  /** For whatever else is up to chance. */
  readonly chance: number
}

const issuers = [null, null, "zoe", "Ümläut & Söhne", ""]

const envelopes: Arbitrary.Arbitrary<Envelope> = Arbitrary.map(upTo(9_999_999), (number) => ({
  identity: {
    correlation_id: { kind: number % 2 === 0 ? "Single" : "Transaction", value: uuidOf(number % 1_000) },
    causation_id: uuidOf(number % 10_007),
    message_id: uuidOf(number)
  },
  issued_by: issuers[number % issuers.length]!,
  chance: number
}))

const ownFields = (
  { fields, type }: KnownCommand | KnownEvent,
  envelope: ReadonlyArray<string>,
  given: Arbitrary.Arbitrary<Fields> | undefined,
  options: SchemaArbitraryOptions
): Arbitrary.Arbitrary<Fields> => {
  const made = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !envelope.includes(name)).map(([name, field]) => [
      name,
      options.fields?.[name] ?? (name === "occurred_at" ? instant : fieldValues(type, name, field as never, options))
    ])
  )
  return Arbitrary.map(
    Arbitrary.all([Arbitrary.all(made) as Arbitrary.Arbitrary<Fields>, given ?? Arbitrary.Constant({})]),
    ([made, given]) => ({ ...made, ...given })
  )
}

const fieldValues = (
  type: string,
  name: string,
  field: Schema.Codec<unknown, unknown>,
  options: SchemaArbitraryOptions
): Arbitrary.Arbitrary<unknown> => {
  try {
    return schemaArbitrary(field, options)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${type}: ${name}: ${why}; name a generator in \`fields: { ${name}: … }\``, { cause })
  }
}

const commandValues = (known: KnownCommand, options: DomainArbitrariesOptions): Arbitrary.Arbitrary<AnyCommand> =>
  Arbitrary.filterMap(
    Arbitrary.all([
      ownFields(known, commandEnvelopeFields, options.commands?.[known.type], options),
      envelopes
    ]),
    ([fields, { identity, issued_by }]): Result.Result<AnyCommand, void> => {
      const command = {
        command_type: known.type,
        identity,
        ...fields,
        [known.addressee]: walkedId,
        issued_by,
        expected_version: null
      } as unknown as AnyCommand
      return isValid(known, command) ? Result.succeed(command) : Result.fail(undefined)
    }
  )

/**
 * What must be true of several fields together is not known to the generators of each. A codec that throws anything else is a
 * fault of its own, which is for the laws to find.
 */
const isValid = (known: KnownCommand, command: AnyCommand): boolean => {
  try {
    const written = known.encode(command)
    return illFormedTexts(written).length === 0 && Result.isSuccess(known.decode(written))
  } catch (thrown) {
    return !Schema.isSchemaError(thrown)
  }
}

const eventValues = (known: KnownEvent, options: DomainArbitrariesOptions): Arbitrary.Arbitrary<AnyEvent> => {
  const version = (known.fields["schema_version"] as unknown as { readonly literal: number }).literal
  return Arbitrary.map(
    Arbitrary.all([
      ownFields(known, eventEnvelopeFields, options.events?.[known.type], options),
      envelopes
    ]),
    ([fields, { chance, identity, issued_by }]) => {
      const event_id = identity.message_id.replace("-7", "-4")
      // The first writers gave events the identity of their commands.
      const hasOwnIdentity = chance % 3 > 0
      return {
        event_type: known.type,
        event_id,
        identity: { ...identity, message_id: hasOwnIdentity ? event_id : identity.message_id },
        ...fields,
        issued_by,
        schema_version: version
      } as unknown as AnyEvent
    }
  )
}

const own = ({ addressee }: KnownEvent) => (event: AnyEvent): AnyEvent =>
  addressee === undefined ? event : { ...event, [addressee]: walkedId }

type Step = readonly [command: AnyCommand, chance: number]

const stepOf = (command: Arbitrary.Arbitrary<AnyCommand>): Arbitrary.Arbitrary<Step> =>
  Arbitrary.all([command, upTo(20_000)])

/** Commands get ids of their own, but for some that have that of the one before, and some expect a version. */
const stepsToWalk =
  (makeContext: AnyAggregate["makeContext"], limits: unknown) => (steps: ReadonlyArray<Step>): Walk => {
    let commandId = ""
    return steps.map(([command, number], index) => {
      const [chance, time] = [number % 20, Math.floor(number / 20)]
      if (chance !== 0 || index === 0) commandId = commandIdOf(index)
      const made = {
        ...command,
        identity: { ...command.identity, message_id: commandId },
        expected_version: chance < 3 ? chance + index : null
      } as AnyCommand
      return [made, makeContext({ commandId, now: 1_700_000_000_000 + time * 1_000_000, limits })] as const
    })
  }

/** Of version 7, and of another one. */
const commandIdOf = (index: number): string =>
  index % 3 === 2 ? uuidOf(1_000 + index).replace("-7", "-4") : uuidOf(1_000 + index)
