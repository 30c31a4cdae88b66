import { Arbitrary, Effect, Result } from "effect"
import type { AnyAggregate } from "../Aggregate.ts"
import type { AnyCommand, KnownCommand } from "../definition/CommandCatalog.ts"
import type { AnyEvent, KnownEvent } from "../definition/EventCatalog.ts"
import { type DomainArbitraries, domainArbitraries } from "../testing/domainArbitraries.ts"
import type { ReferenceWords } from "./ReferenceWords.ts"

type Json = { readonly [field: string]: unknown }

/** Messages for a reader to look at, as they are on the wire. */
export interface Examples {
  /** With its type and its identity. */
  readonly command: (type: string) => Json
  readonly event: (type: string) => Json
}

/**
 * The examples that `words` give, and for what they leave out some that are drawn from the schemas. Events say what
 * commands say in fields of the same name. Throws for an example of a command that is none.
 */
export const makeExamples = (aggregate: AnyAggregate, words: ReferenceWords): Examples => {
  const { commands, events } = aggregate.catalog
  const make = domainArbitraries(aggregate)
  const all = Array.from(commands.byType.values(), (known) => {
    const example = words.commands?.[known.type]?.example
    return [known.type, example === undefined ? made(known, make) : completed(known, example)] as const
  })
  const examples = new Map(all)
  const given = all.filter(([type]) => words.commands?.[type]?.example !== undefined)
  const said: Json = Object.assign({}, ...[...given, ...all].toReversed().map(([, { command }]) => command))
  return {
    command: (type) => examples.get(type)!.json,
    event: (type) => told(events.byType.get(type)!, drawn(make.eventOf(type)), said)
  }
}

/** How many values are looked at for one that is easy on the eye. */
const samples = 30

/** One value, always the same: a reference is compared with the one of before. */
const drawn = <A>(values: Arbitrary.Arbitrary<A>): A => {
  const some = Effect.runSync(Effect.orDie(Arbitrary.sampleEffect(values, { count: samples, seed: 1 })))
  return some.find((value) => /^[\w {}[\]",.:@+-]*$/.test(JSON.stringify(value))) ?? some[0]!
}

interface Example {
  readonly json: Json
  readonly command: AnyCommand
}

const made = (known: KnownCommand, { commandOf }: DomainArbitraries): Example => {
  const command = drawn(commandOf(known.type))
  return { json: known.encode(command), command }
}

const aUuid = "0198c0de-0000-7000-8000-000000000001"
const identity = {
  message_id: aUuid,
  causation_id: aUuid,
  correlation_id: { kind: "Single", value: aUuid }
}

/** An example with what it leaves out: its type, its identity, and whom it is addressed to. */
const completed = (known: KnownCommand, example: Json): Example => {
  const { addressee, type } = known
  const read = known.decode({ identity, [addressee]: aUuid, ...example, command_type: type })
  if (Result.isFailure(read)) {
    const issues = read.failure.map(({ message, path }) => `${path}: ${message}`).join("; ")
    throw new Error(`the example of ${type} is no such command: ${issues}`)
  }
  const missing = addressee in example ? {} : { [addressee]: known.encode(read.success)[addressee] }
  return { json: { command_type: type, identity, ...missing, ...example }, command: read.success }
}

/** The event as it is written, with what has been said in place of what was drawn where the event takes that. */
const told = ({ encode, fields }: KnownEvent, event: AnyEvent, said: Json): Json => {
  const { expected_version: _, identity: __, issued_by: ___, ...own } = said
  const likely = Object.fromEntries(Object.entries(own).filter(([field]) => field in fields))
  try {
    return encode({ ...event, ...likely }) as Json
  } catch {
    return encode(event) as Json
  }
}
