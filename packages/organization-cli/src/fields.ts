import { Clock, DateTime, Effect, Option, Schema } from "effect"
import { Argument, Flag } from "effect/cli"

/** The schema of a type that has names of its own and `{"Other": "<label>"}`. */
interface OpenChoice {
  readonly to: { readonly members: readonly [{ readonly literals: ReadonlyArray<string> }, ...ReadonlyArray<unknown>] }
}

const uuid = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("UUID"), Flag.withDescription(description))

/** An optional value as the wire has it. */
const orNull = <A>(flag: Flag.Flag<A>): Flag.Flag<A | null> => flag.pipe(Flag.optional, Flag.map(Option.getOrNull))

const described = <A>(description: string) => (flag: Flag.Flag<A>): Flag.Flag<A> =>
  Flag.withDescription(flag, description)

/** What the fields of commands are typed as. Optional ones are `null` when they are not given, as on the wire. */
export const fields = {
  /** The organization a sub-command is about; the first argument of nearly all. */
  organizationId: Argument.String("id").pipe(Argument.withDescription("Id of the organization (UUID)")),
  /** The unit, or other organization, a sub-command is about. */
  unitId: (what: string) => Argument.String(`${what}-id`).pipe(Argument.withDescription(`Id of the ${what} (UUID)`)),
  /** What a new thing is called. */
  newName: (name = "name") =>
    Argument.String(name).pipe(
      Argument.withDescription(`${name === "name" ? "Name" : "Title"}, 1 to 200 characters`)
    ),
  newCode: Flag.String("code").pipe(
    Flag.withDescription("Code, 1 to 32 letters, digits and . _ / -; no other of its kind may have it")
  ),
  newId: orNull(uuid("id", "Its id; derived from the command id when not given")),
  text: (name: string, description: string) => orNull(Flag.String(name).pipe(described(description))),
  requiredText: (name: string, description: string) => Flag.String(name).pipe(described(description)),
  description: orNull(Flag.String("description").pipe(described("Up to 4000 characters"))),
  reason: Flag.String("reason").pipe(described("Why, up to 1000 characters")),
  optionalReason: (description = "Why, up to 1000 characters") =>
    orNull(Flag.String("reason").pipe(described(description))),
  /** Another unit, by id. */
  reference: (name: string, description: string) => orNull(uuid(name, description)),
  quantity: (name: string, description: string) =>
    orNull(Flag.Int(name).pipe(Flag.withMetavar("N"), described(description))),
  literals: <const Names extends ReadonlyArray<string>>(name: string, names: Names, description: string) =>
    Flag.Literals(name, names).pipe(described(description)),
  optionalLiterals: <const Names extends ReadonlyArray<string>>(name: string, names: Names, description: string) =>
    orNull(Flag.Literals(name, names).pipe(described(description))),
  /** A type where `Other:Joint venture` stands for one of one's own. */
  openType: (schema: OpenChoice, description: string) =>
    Flag.String("type").pipe(
      Flag.withDescription(`${description}: ${[...schema.to.members[0].literals, "Other:<label>"].join(", ")}`),
      Flag.map((text) => text.startsWith("Other:") ? { Other: text.slice("Other:".length) } : text)
    ),
  optional: orNull,
  /** A list, one item each time the flag is given. Not given means no change, and one empty item the empty list. */
  list: (name: string, description: string) =>
    Flag.String(name).pipe(
      described(`${description}; may be repeated, and "" alone stands for none`),
      Flag.atMost(200),
      Flag.map((items) => items.length === 0 ? null : items.filter((item) => item !== ""))
    ),
  /** The values an update removes, out of those that its schema lets be removed. */
  clear: (
    { fields: { clear } }: {
      readonly fields: { readonly clear: { readonly to: Schema.$Array<Schema.Literals<ReadonlyArray<string>>> } }
    }
  ) => {
    const names = clear.to.value.literals
    return Flag.Literals("clear", names).pipe(
      Flag.withDescription("Remove a value; may be repeated"),
      Flag.atMost(names.length)
    )
  },
  metadata: orNull(
    Flag.String("metadata").pipe(
      Flag.withMetavar("JSON"),
      Flag.withDescription("Free attributes as a JSON object; replaces what was there"),
      Flag.withSchema(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))
    )
  ),
  /** Since when a command holds; now when it is not given. */
  effectiveDate: Flag.String("effective").pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription("Since when (RFC 3339); now when not given, never in the future"),
    Flag.withDefault(Effect.map(Clock.currentTimeMillis, (now) => DateTime.formatIso(DateTime.makeUnsafe(now))))
  ),
  time: (name: string, description: string) =>
    orNull(Flag.String(name).pipe(Flag.withMetavar("TIME"), described(`${description} (RFC 3339)`)))
}
