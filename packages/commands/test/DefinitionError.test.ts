import * as Aggregate from "@cim-domain/commands/Aggregate"
import * as Command from "@cim-domain/commands/Command"
import * as Event from "@cim-domain/commands/Event"
import { entityId, identifier } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Name } from "@cim-domain/commands/fields/text"
import * as Rejection from "@cim-domain/commands/Rejection"
import * as State from "@cim-domain/commands/State"
import { accepted } from "@cim-domain/event-sourcing/Decider"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { DefinitionError } from "../src/definition/DefinitionError.ts"

const ThingId = identifier("ThingId")

/** A definition that works. */
const right = {
  name: "thing",
  id: ThingId,
  commands: { MakeThing: Command.make({ title: Name }, { creates: "thing_id" }) },
  events: { ThingMade: { title: Schema.String } },
  errors: { ThingExists: Rejection.make("ThingExists", "duplicate", {}, () => "exists") },
  state: Schema.Struct({ title: Schema.NullOr(Schema.String) }),
  initial: { title: null },
  decide: () => accepted({ event_type: "ThingMade", title: "x" }),
  evolve: (state: object) => state
}

/** Authors who know no types may write anything. */
const makeOf = (definition: unknown) => Aggregate.make(definition as Aggregate.AnyDefinition)

/** What is wrong with the definition when parts of it are others. */
const problems = (changes: object): ReadonlyArray<string> => {
  try {
    makeOf({ ...right, ...changes })
    return []
  } catch (error) {
    assert(error instanceof DefinitionError, String((error as Error).stack))
    return error.problems
  }
}

const command = (fields: object, options?: object) => ({
  commands: { Do: { _tag: "CommandDefinition", fields, options: options ?? {} } }
})
const event = (fields: object, options?: object) => ({
  events: { Done: { _tag: "EventDefinition", fields, options: options ?? {} } }
})
const error = (kind: unknown) => ({ errors: { Bad: kind } })
const many = (prefix: string) =>
  Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`${prefix}${index}`, {}]))
const nowhere = "which is no field with an id"

const cases: ReadonlyArray<readonly [what: string, changes: object, ...problems: ReadonlyArray<string | RegExp>]> = [
  ["a name with a capital", { name: "Thing" }, /its name is "Thing"; accepted: 1 to 32 of a-z and 0-9/],
  ["a name with a dot", { name: "some.thing" }, /its name is "some\.thing"/],
  ["a name with a blank", { name: "a thing" }, /its name is "a thing"/],
  ["an empty name", { name: "" }, /its name is ""/],
  ["no name", { name: undefined }, /its name is undefined/],
  ["a long name", { name: "x".repeat(33) }, /its name is "x{33}"/],
  ["an id that is no identifier", { id: Schema.String }, /its id is no identifier/],
  ["an id that is no schema", { id: undefined }, /its id is no identifier/],
  ["no commands", { commands: {} }, "it has no command"],
  ["no events", { events: {} }, "it has no event"],
  ["commands that are a list", { commands: [] }, "its commands are no record of types"],
  ["events that are missing", { events: undefined }, "its events are no record of types"],
  ["a command without fields", { commands: { Do: null } }, "command Do has no record of fields"],
  [
    "an event without fields",
    { events: { Done: Event.make(undefined as never) } },
    "event Done has no record of fields"
  ],
  ["more than 255 commands", { commands: many("Do") }, "it has 256 commands; at most 255"],
  ["more than 255 events", { events: many("Done") }, "it has 256 events; at most 255"],
  ["a type in small letters", { commands: { do: {} } }, /command "do": a type is a capital letter/],
  ["a type with a dot", { events: { "Done.Twice": {} } }, /event "Done\.Twice": a type/],
  [
    "two commands with one token",
    { commands: { DoIt: {}, DoThat: Command.make({}, { token: "do_it" }) } },
    "commands DoIt and DoThat have one token, \"do_it\""
  ],
  [
    "two events with one token, by the case of a letter",
    { events: { DoneOnce: {}, Doneonce: Event.make({}, { token: "done_once" }) } },
    "events DoneOnce and Doneonce have one token, \"done_once\""
  ],
  ["a token with a dot", event({}, { token: "is.done" }), /event Done: its token is "is\.done"; accepted: 1 to 64/],
  ["a token with a blank", command({}, { token: "do it" }), /command Do: its token is "do it"/],
  ["an empty token", event({}, { token: "" }), /event Done: its token is ""/],
  ["a wildcard for a token", event({}, { token: "*" }), /event Done: its token is "\*"/],
  [
    "a creation that is no field",
    command({}, { creates: "part_id" }),
    "command Do creates \"part_id\", which is no field with an id, <something>_id"
  ],
  [
    "a creation that is no id",
    command({ part_id: Schema.String }, { creates: "part_id" }),
    /command Do creates "part_id"/
  ],
  [
    "a creation that may be nothing",
    command({ part_id: nullable(entityId(ThingId)) }, { creates: "part_id" }),
    /creates "part_id"/
  ],
  [
    "a creation by another name",
    command({ part: entityId(ThingId) }, { creates: "part" }),
    /command Do creates "part"/
  ],
  [
    "an event that creates no id",
    event({ part_id: Schema.String }, { creates: "part_id" }),
    /event Done creates "part_id"/
  ],
  ["an event that creates nothing that it has", event({}, { creates: "part_id" }), /event Done creates "part_id"/],
  [
    "an addressee that is no id",
    command({ thing_id: Schema.Int }),
    `command Do is addressed by "thing_id", ${nowhere}`
  ],
  [
    "an event that belongs where no id says",
    event({ owner: Schema.String }, { addressee: "owner" }),
    `event Done belongs where "owner" says, ${nowhere}`
  ],
  [
    "a creation of the aggregate that is addressed to another",
    command({ parent_id: entityId(ThingId), thing_id: entityId(ThingId) }, {
      creates: "thing_id",
      addressee: "parent_id"
    }),
    "command Do creates the aggregate and is addressed to \"parent_id\""
  ],
  ["a time that is none", event({ occurred_at: Schema.String }), "event Done: \"occurred_at\" is no timestamp"],
  [
    "a cause that is no command",
    event({}, { causedBy: ["Undo"] }),
    "event Done is caused by \"Undo\", which is no command"
  ],
  [
    "a step to a version that there is not",
    event({}, { upcast: { 1: (json: object) => json } }),
    "event Done has a step from version 1; accepted: functions from 1 to 0"
  ],
  [
    "an event of the name of those that cannot be read",
    { events: { Opaque: {} } },
    /event Opaque: the name stands for events/
  ],
  ...["command_type", "identity", "issued_by", "expected_version"].map((name) =>
    [
      `a field of a command named ${name}`,
      command({ [name]: Schema.String }),
      `command Do has a field "${name}", which every command has already`
    ] as const
  ),
  ...["event_type", "event_id", "identity", "issued_by", "schema_version"].map((name) =>
    [
      `a field of an event named ${name}`,
      event({ [name]: Schema.String }),
      `event Done has a field "${name}", which every event has already`
    ] as const
  ),
  ...["id", "version", "updated_at", "recent_commands", "unknown_events", "anomalies"].map((name) =>
    [
      `a field of the state named ${name}`,
      {
        state: Schema.Struct({ title: Schema.NullOr(Schema.String), [name]: Schema.NullOr(Schema.String) }),
        initial: { title: null, [name]: null }
      },
      `the state has a field "${name}", which every aggregate has already`
    ] as const
  ),
  ["a state without a codec", { state: { title: "" } }, /its state is no Schema\.Struct and no State\.make/],
  ["no state", { state: undefined }, /its state is no Schema\.Struct/],
  ["a state that is no struct", { state: Schema.String }, /its state is no Schema\.Struct/],
  ["a first state that its schema refuses", { initial: { title: 7 } }, /its initial state cannot be stored: Expected/],
  [
    "a state that cannot be made of what is stored",
    {
      state: State.make(Schema.Struct({ title: Schema.String }), {
        of: () => ({ title: "x" }),
        read: () => Result.fail("there is no x")
      })
    },
    "its initial state cannot be read again: there is no x"
  ],
  [
    "a state whose codec throws",
    {
      state: State.make(Schema.Struct({ title: Schema.String }), {
        of: () => {
          throw new Error("out of order")
        },
        read: Result.succeed
      })
    },
    "its initial state cannot be stored: out of order"
  ],
  [
    "an error without category",
    error({
      ...right.errors.ThingExists,
      schema: Schema.Struct({ _tag: Schema.Literal("Bad"), details: Schema.Struct({}) })
    }),
    /error Bad has category undefined; accepted: not_found,/
  ],
  [
    "an error of a category that there is not",
    error(Rejection.make("Bad", "odd" as never, {}, () => "bad")),
    /error Bad has category "odd"; accepted/
  ],
  [
    "an error under another name",
    error(Rejection.make("Worse", "state", {}, () => "bad")),
    "error Bad is made with the tag \"Worse\""
  ],
  ["an error that is made of nothing", error(undefined), "error Bad is not made by Rejection.make(…)"],
  ["an error that is a class", error(class extends Error {}), "error Bad is not made by Rejection.make(…)"],
  ["no errors", { errors: undefined }, "its errors are no record of kinds"],
  [
    "an error that every service has",
    { errors: { VersionConflict: Rejection.make("VersionConflict", "conflict", {}, () => "no") } },
    "error VersionConflict: every service has an error of this name already"
  ],
  [
    "details that JSON does not have",
    error(Rejection.make("Bad", "state", { at: Schema.Date }, () => "bad")),
    /error Bad: its details may hold a Date/
  ],
  ["a field that is no schema", command({ title: undefined }), "command Do, field \"title\" is no schema"],
  ["a field that is a class", event({ title: String }), "event Done, field \"title\" is no schema"],
  ["a date", command({ at: Schema.Date }), "command Do, field \"at\" may hold a Date, which JSON does not have"],
  [
    "a date within",
    event({ at: Schema.Struct({ begin: Schema.NullOr(Schema.Date) }) }),
    /event Done, field "at" may hold a Date/
  ],
  [
    "a BigInt",
    { state: Schema.Struct({ title: Schema.BigInt }) },
    "the state, field \"title\" may hold a BigInt, which JSON does not have"
  ],
  [
    "a number that may be none",
    command({ size: Schema.Number }),
    /command Do, field "size" may hold NaN or Infinity \(Schema\.Finite holds neither\)/
  ],
  [
    "such a number that may be missing",
    command({ size: nullable(Schema.Number) }),
    /command Do, field "size" may hold NaN/
  ],
  ["no decide", { decide: undefined }, "its decide is undefined; accepted: a function"],
  ["no evolve", { evolve: undefined }, "its evolve is undefined; accepted: a function"],
  ["a gate that is none", { gate: 42 }, "its gate is 42; accepted: a function"],
  ["a size that is always the same", { sizeOf: 100 }, "its sizeOf is 100; accepted: a function"],
  ["a version of shapes that is none", { schemaVersion: 0 }, "its schemaVersion is 0; accepted: a whole number from 1"],
  [
    "a version of meaning that is none",
    { evolveVersion: 1.5 },
    "its evolveVersion is 1.5; accepted: a whole number from 1"
  ],
  ["a token that is a number", command({}, { token: 7 }), "command Do: its token is 7; accepted: a text"],
  ["an event's token that is null", event({}, { token: null }), "event Done: its token is null; accepted: a text"],
  [
    "a misspelt option of a command",
    command({ part_id: entityId(ThingId) }, { create: "part_id" }),
    "command Do has an option \"create\"; accepted: creates, addressee, token, defaults, addedLater, checks"
  ],
  [
    "a misspelt option of an event",
    event({}, { upcasts: {} }),
    "event Done has an option \"upcasts\"; accepted: creates, addressee, token, causedBy, upcast"
  ],
  ["an option that every object has", command({}, { constructor: 1 }), /command Do has an option "constructor"/],
  ["a creation that is a number", command({}, { creates: 7 }), "command Do: its creates is 7; accepted: a text"],
  [
    "an addressee that is null",
    command({}, { addressee: null }),
    "command Do: its addressee is null; accepted: a text"
  ],
  [
    "an event's addressee that is a number",
    event({}, { addressee: 7 }),
    "event Done: its addressee is 7; accepted: a text or a function"
  ],
  ["defaults that are fields", command({}, { defaults: {} }), "command Do: its defaults is {}; accepted: a function"],
  ["checks that are a function", command({}, { checks: () => true }), /command Do: its checks is .*; accepted: a list/],
  [
    "a cause that is a text",
    event({}, { causedBy: "Do" }),
    "event Done: its causedBy is \"Do\"; accepted: a list of types of commands"
  ],
  [
    "a cause that is a number",
    event({}, { causedBy: [7] }),
    "event Done: its causedBy is [7]; accepted: a list of types of commands"
  ],
  [
    "a step that stands alone",
    event({}, { upcast: 1 }),
    /event Done: its upcast is 1; accepted: a record of functions/
  ],
  [
    "options that are none",
    { commands: { Do: { _tag: "CommandDefinition", fields: {}, options: null } } },
    "command Do: its options are null; accepted: a record"
  ],
  ["an event among commands", { commands: { Do: Event.make({}) } }, "command Do is not made by Command.make(…)"],
  [
    "older tokens that are null",
    { legacyTokens: null },
    "its legacyTokens are null; accepted: a record of types of commands"
  ],
  ["a misspelt part", { gates: () => null }, /it has a part "gates"; accepted: name, noun, id, /],
  ["limits that are a number", { limits: 5 }, "its limits are 5; accepted: a record of bounds"],
  ["a noun that is a number", { noun: 7 }, /its noun is 7; accepted: 1 to 64 characters on one line/],
  ["an empty noun", { noun: "" }, /its noun is ""/],
  ["a noun of two lines", { noun: "a\nthing" }, /its noun is "a\\nthing"/],
  ["an older token with a dot", { legacyTokens: { "make.it": "MakeThing" } }, /the older token "make\.it" is none/],
  [
    "an older token of no command",
    { legacyTokens: { make: "Make" } },
    /the older token "make" stands for "Make", which is no command/
  ],
  [
    "an older token that is one of today",
    { commands: { DoIt: {}, DoThat: {} }, legacyTokens: { do_it: "DoThat" } },
    "the older token \"do_it\" stands for DoThat, and is that of DoIt already"
  ]
]

describe("a definition that cannot work is refused when it is made", () => {
  it("while a right one is not", () => assert.deepStrictEqual(problems({}), []))

  it.each(cases.map(([what, changes, ...expected]) => ({ what, changes, expected })))(
    "$what",
    ({ changes, expected }) => {
      const found = problems(changes)
      assert.strictEqual(found.length, expected.length, found.join("\n"))
      for (const [index, problem] of expected.entries()) {
        if (typeof problem === "string") assert.strictEqual(found[index], problem)
        else assert.match(found[index]!, problem)
      }
    }
  )

  it.each([null, undefined, 7, "thing", [1]].map((definition) => ({ definition })))(
    "where it is none: $definition",
    ({ definition }) => {
      assert.throws(
        () => makeOf(definition),
        DefinitionError,
        /cannot work:\n- it is .*; accepted: a record of name, /
      )
    }
  )

  it("with every reason at once, under its name", () => {
    const definition = {
      ...right,
      commands: { do: {}, Do: Command.make({}, { token: "a b" }) },
      events: { Opaque: {} }
    }
    assert.throws(
      () => makeOf(definition),
      DefinitionError,
      /^the definition of "thing" cannot work:\n- command "do": .*\n- command Do: its token is "a b".*\n- event Opaque: /
    )
  })
})
