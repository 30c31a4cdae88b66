import { specification } from "@cim-domain/commands/testing/specification"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { CustomerId, LabelId, Parcel, ParcelId } from "../src/testing/Parcel.ts"

const { given } = specification(Parcel)
const sender_id = CustomerId.make(uuidOf(2))
const label_id = LabelId.make(uuidOf(3))
const to = { city: "Łódź", position: { lat: 51.77, lng: 19.46 } }
const elsewhere = { city: "Gdańsk", position: null }
const send = { command_type: "SendParcel", sender_id, to, grams: 1_200 } as const
const sent = { event_type: "ParcelSent", sender_id, to, grams: 1_200, notes: [], contents: null } as const
const label = { command_type: "LabelParcel", label_id, title: "Glass", kind: "Fragile" } as const
const labelled = { event_type: "ParcelLabelled", label_id, title: "Glass", kind: "Fragile" } as const
const deliver = { command_type: "DeliverParcel", at: elsewhere, signed_by: "Zoë" } as const

/** What a specification that does not hold says. */
const complaint = (claim: () => unknown): string => {
  try {
    claim()
  } catch (error) {
    return (error as Error).message
  }
  return assert.fail("it holds")
}

describe("a parcel", () => {
  it("is sent, labelled, moved and delivered", () => {
    given()
      .when(send)
      .isAccepted(sent)
      .when(label)
      .isAccepted(labelled)
      .when(label)
      .isRejected("LabelTaken", { label_id })
      .when({ command_type: "MoveParcel", to })
      .changesNothing()
      .when(deliver)
      .isAccepted({ event_type: "ParcelMoved", to: elsewhere }, { event_type: "ParcelDelivered", signed_by: "Zoë" })
      .when(deliver)
      .isRejected("ParcelIsDelivered")
  })

  it("is not there before it is sent", () => void given().when(label).isRejected("ParcelNotFound"))

  it("shows its state", () => {
    const { state } = given(sent, labelled)
    assert.deepInclude(state, { version: 2, to, labels: [{ label_id, title: "Glass", kind: "Fragile" }] })
  })
})

describe("a specification", () => {
  it("fills in ids, times and the aggregate, which may be said", () => {
    const aggregateId = ParcelId.make(uuidOf(9))
    const about = specification(Parcel, { aggregateId })
    const parcel_id = aggregateId
    const { state } = about.given({ ...sent, parcel_id }).when({ ...label, parcel_id }).isAccepted({
      ...labelled,
      parcel_id
    })
    assert.deepInclude(state, { id: aggregateId, version: 2 })
    assert.match(
      complaint(() => given(sent).when({ ...label, parcel_id })),
      /LabelParcel is addressed to parcel .*, and this is about/
    )
  })

  it("knows a repeated command by its id", () => {
    const commandId = uuidOf(55)
    given(sent)
      .when(label, { commandId })
      .isAccepted(labelled)
      .when(label, { commandId })
      .isDuplicate()
      .when({ ...label, title: "Wood" }, { commandId })
      .isRejected("IdempotencyConflict", { command_id: commandId, recorded_type: "LabelParcel", why: "content" })
  })

  it("passes on who, when and what is expected", () => {
    given(sent).when({ ...label, expected_version: 7 }).isRejected("VersionConflict", { expected: 7, actual: 1 })
    given(sent)
      .when({ ...label, issued_by: "eve" }, { policy: (actor) => actor !== "eve" })
      .isRejected("PermissionDenied", { actor: "eve", action: "LabelParcel" })
    const { state } = given(sent).when(label, { now: Date.parse("2030-01-01T00:00:00Z") }).isAccepted(labelled)
    assert.strictEqual(String(state.updated_at), "2030-01-01T00:00:00.000Z")
  })

  it("that does not hold says what was expected and what came, in short", () => {
    assert.strictEqual(
      complaint(() => given(sent, labelled).when(label).isAccepted(labelled)),
      `LabelParcel after ParcelSent, ParcelLabelled
  expected  ParcelLabelled {"label_id":"${label_id}","title":"Glass","kind":"Fragile"}
  came      rejected with LabelTaken {"label_id":"${label_id}"}`
    )
    assert.strictEqual(
      complaint(() => given(sent).when(label).isAccepted({ ...labelled, title: "Wood" })),
      `LabelParcel after ParcelSent
  expected  ParcelLabelled {"label_id":"${label_id}","title":"Wood","kind":"Fragile"}
  came      ParcelLabelled {"label_id":"${label_id}","title":"Glass","kind":"Fragile"}`
    )
    assert.strictEqual(
      complaint(() => given().when(send).isRejected("ParcelExists")),
      `SendParcel at first
  expected  rejected with ParcelExists {}
  came      ParcelSent {"sender_id":"${sender_id}","to":{"city":"Łódź","position":{"lat":51.77,"lng":19.46}},"grams":1200,"notes":[],"contents":null}`
    )
    assert.match(complaint(() => given(sent).when(label).changesNothing()), /expected {2}no change\n/)
    assert.match(complaint(() => given(sent).when(label).isDuplicate()), /expected {2}a duplicate\n/)
    assert.match(
      complaint(() => given(sent, labelled).when(label).isRejected("LabelTaken", { label_id: "x" })),
      /expected {2}rejected with LabelTaken {"label_id":"x"}/
    )
    assert.match(
      complaint(() => given(sent).when(deliver).isAccepted({ event_type: "ParcelDelivered", signed_by: "Zoë" })),
      /came {6}ParcelMoved .*, ParcelDelivered/
    )
  })

  it("of what cannot be says where", () => {
    const wrongly = (value: object) => value as never
    assert.strictEqual(
      complaint(() => given(wrongly({ event_type: "ParcelLost" }))),
      "given: ParcelLost is no event of parcel"
    )
    assert.match(
      complaint(() => given(wrongly({ ...sent, grams: "x" }))),
      /^given ParcelSent: Expected .*\n? *at \["grams"\]/
    )
    assert.strictEqual(complaint(() => given().when(wrongly({ command_type: "Lose" }))), "Lose is no command of parcel")
    assert.match(
      complaint(() => given().when({ ...send, grams: 0 })),
      /^SendParcel: Validation failed: grams: Expected/
    )
  })
})
