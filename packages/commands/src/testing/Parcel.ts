import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { Schema } from "effect"
import * as Aggregate from "../Aggregate.ts"
import * as Command from "../Command.ts"
import * as Event from "../Event.ts"
import { choice } from "../fields/choice.ts"
import { entityId, identifier } from "../fields/Identifier.ts"
import { isSameJson } from "../fields/isSameJson.ts"
import { defaulted, nullable } from "../fields/nullable.ts"
import { quantity } from "../fields/Quantity.ts"
import { Name, text } from "../fields/text.ts"
import { textList } from "../fields/textList.ts"
import { Unfit } from "../history/Evolved.ts"
import * as Rejection from "../Rejection.ts"

/** Names a parcel. */
export const ParcelId = identifier("ParcelId")
export type ParcelId = typeof ParcelId.Type

/** Names who sends one. */
export const CustomerId = identifier("CustomerId")
export type CustomerId = typeof CustomerId.Type

/** Names a label on a parcel. */
export const LabelId = identifier("LabelId")
export type LabelId = typeof LabelId.Type

const Place = Schema.Struct({
  city: Schema.String.check(Schema.isNonEmpty()),
  position: Schema.NullOr(Schema.Struct({ lat: Schema.Finite, lng: Schema.Finite }))
})

const kinds = ["Fragile", "Express"] as const

const notFound = Rejection.make(
  "ParcelNotFound",
  "not_found",
  { parcel_id: Schema.String },
  ({ parcel_id }) => `Parcel not found: ${parcel_id}`
)
const exists = Rejection.make(
  "ParcelExists",
  "duplicate",
  { parcel_id: Schema.String },
  ({ parcel_id }) => `Parcel sent before: ${parcel_id}`
)
const delivered = Rejection.make("ParcelIsDelivered", "state", {}, () => "The parcel is delivered")
const labelTaken = Rejection.make(
  "LabelTaken",
  "duplicate",
  { label_id: Schema.String },
  ({ label_id }) => `There is a label ${label_id} already`
)

/** Where a parcel is, and what is on it. */
export const ParcelState = Schema.Struct({
  sender_id: Schema.NullOr(CustomerId),
  to: Schema.NullOr(Place),
  due: Schema.NullOr(Schema.Int),
  labels: Schema.Array(Schema.Struct({ label_id: LabelId, title: Schema.String, kind: Schema.Literals(kinds) })),
  signed_by: Schema.NullOr(Schema.String)
})

/**
 * A small domain, for tests of whatever carries commands, and as an example: parcels that are sent, labelled, moved and delivered.
 * Its fields are those of this package and ordinary schemas.
 */
export const Parcel = Aggregate.make({
  name: "parcel",
  id: ParcelId,
  commands: {
    SendParcel: Command.make(
      {
        sender_id: entityId(CustomerId),
        to: Place,
        grams: quantity(1, 30_000),
        notes: defaulted(textList(100), []),
        contents: nullable(text(0, 200, "multiline"))
      },
      { creates: "parcel_id" }
    ),
    LabelParcel: Command.make(
      { label_id: entityId(LabelId), title: Name, kind: choice(kinds) },
      { creates: "label_id" }
    ),
    MoveParcel: { to: Place, due: Schema.optionalKey(Schema.Int) },
    DeliverParcel: { at: Place, signed_by: Name }
  },
  events: {
    ParcelSent: {
      sender_id: entityId(CustomerId),
      to: Place,
      grams: Schema.Int,
      notes: Schema.Array(Schema.String),
      contents: nullable(Schema.String)
    },
    ParcelLabelled: Event.make(
      { label_id: entityId(LabelId), title: Schema.String, kind: choice(kinds) },
      { creates: "label_id" }
    ),
    ParcelMoved: { to: Place, due: Schema.optionalKey(Schema.Int) },
    ParcelDelivered: { signed_by: Schema.String }
  },
  errors: { ParcelNotFound: notFound, ParcelExists: exists, ParcelIsDelivered: delivered, LabelTaken: labelTaken },
  state: ParcelState,
  initial: { sender_id: null, to: null, due: null, labels: [], signed_by: null },
  gate: ({ id, sender_id }, { command_type }) =>
    sender_id === null && command_type !== "SendParcel" ? notFound.make({ parcel_id: id }) : null,
  decide: (state, command) => {
    if (command.command_type === "SendParcel") {
      const { contents, grams, notes, sender_id, to } = command
      return state.sender_id === null
        ? accepted({ event_type: "ParcelSent", sender_id, to, grams, notes, contents })
        : rejected(exists.make({ parcel_id: state.id }))
    }
    if (state.signed_by !== null) return rejected(delivered.make({}))
    switch (command.command_type) {
      case "LabelParcel": {
        const { kind, label_id, title } = command
        return state.labels.some((label) => label.label_id === label_id)
          ? rejected(labelTaken.make({ label_id }))
          : accepted({ event_type: "ParcelLabelled", label_id, title, kind })
      }
      case "MoveParcel": {
        const { due, to } = command
        if (isSameJson(to, state.to) && (due ?? null) === state.due) return noChange
        return accepted({ event_type: "ParcelMoved", to, ...due === undefined ? {} : { due } })
      }
      case "DeliverParcel": {
        const { at, signed_by } = command
        const done = { event_type: "ParcelDelivered", signed_by } as const
        return isSameJson(at, state.to) ? accepted(done) : accepted({ event_type: "ParcelMoved", to: at }, done)
      }
    }
  },
  evolve: (state, event) => {
    switch (event.event_type) {
      case "ParcelSent":
        return { ...state, sender_id: event.sender_id, to: event.to, due: null }
      case "ParcelLabelled": {
        const { kind, label_id, title } = event
        return state.labels.some((label) => label.label_id === label_id)
          ? new Unfit("there is such a label already")
          : { ...state, labels: [...state.labels, { label_id, title, kind }] }
      }
      case "ParcelMoved":
        return { ...state, to: event.to, due: event.due ?? null }
      case "ParcelDelivered":
        return { ...state, signed_by: event.signed_by }
    }
  }
})

/** Commands for `serviceContract`. */
export const parcelExamples = {
  begins: {
    command_type: "SendParcel",
    sender_id: CustomerId.make("0198c0de-0000-7000-8000-0000000000c1"),
    to: { city: "Łódź", position: { lat: 51.77, lng: 19.46 } },
    grams: 1_200
  },
  changes: (number: number) => ({
    command_type: "MoveParcel",
    to: { city: `City ${number}`, position: null },
    due: number
  } as const)
} as const
