import { assert, describe, it } from "@effect/vitest"
import { golden } from "./golden.ts"
import { readEvent } from "./readEvent.ts"
import { refused, sent } from "./send.ts"

const create = JSON.parse(golden("commands")[0]!)
const nested = (depth: number) => `${"{\"a\":".repeat(depth)}1${"}".repeat(depth)}`
const issuesOf = (body: string) => {
  const { error } = refused(body)
  return error._tag === "ValidationFailed" ? error.details.issues : error
}

describe("hostile metadata", () => {
  const hostile = (metadata: string) =>
    issuesOf(JSON.stringify({ ...create, metadata: "HERE" }).replace("\"HERE\"", () => metadata))
  it("is refused for keys that reach into objects", () => {
    for (const key of ["__proto__", "prototype", "constructor"]) {
      for (const metadata of [`{"${key}":{"polluted":true}}`, `{"a":[{"b":{"${key}":1}}]}`]) {
        assert.deepStrictEqual(hostile(metadata), [{ path: "metadata", message: `Expected no key named ${key}` }])
      }
    }
    assert.isUndefined(({} as { polluted?: unknown }).polluted)
  })
  it("is refused for depth", () => {
    assert.deepStrictEqual(hostile(nested(17)), [{
      path: "metadata",
      message: "Expected at most 16 levels of nesting"
    }])
    assert.strictEqual(sent({ ...create, metadata: JSON.parse(nested(16)) }).command.command_type, "CreateOrganization")
  })
  it("is refused for size", () => {
    const exactly = (bytes: number) => JSON.stringify({ a: "x".repeat(bytes - 8) })
    assert.deepStrictEqual(hostile(exactly(65537)), [{
      path: "metadata",
      message: "Expected at most 65536 bytes of JSON"
    }])
    assert.strictEqual(
      sent({ ...create, metadata: JSON.parse(exactly(65536)) }).command.command_type,
      "CreateOrganization"
    )
  })
  it("is refused for numbers beyond JSON", () =>
    assert.deepStrictEqual(hostile("{\"a\":1e999}"), [{
      path: "metadata.a",
      message:
        "Expected a number that comes back as it was written, whole ones up to 9007199254740991; a string holds any"
    }]))
})

describe("the number -0", () => {
  const metadata = (text: string) => JSON.stringify({ ...create, metadata: "HERE" }).replace("\"HERE\"", () => text)
  it("is 0 in metadata, at any depth", () => {
    const { command } = sent(metadata(`{"a":-0,"b":[1,{"c":-0.0}],"d":0}`))
    assert.deepStrictEqual(command.command_type === "CreateOrganization" && command.metadata, {
      a: 0,
      b: [1, { c: 0 }],
      d: 0
    })
    const event = readEvent(golden("events")[0]!.replace(/"metadata":\{[^}]*\}/, `"metadata":{"a":[-0]}`))
    assert.deepStrictEqual(event.event_type === "OrganizationCreated" && event.metadata, { a: [0] })
  })
  it("is 0 as a quantity", () => {
    const create = golden("commands").find((line) => line.includes("CreateFacility"))!
    const { command } = sent(create.replace(/"capacity":\w+/, `"capacity":-0`))
    assert.deepStrictEqual(command.command_type === "CreateFacility" && command.capacity, 0)
    const text = golden("events").find((line) => line.includes("FacilityCreated"))!
    const event = readEvent(text.replace(/"capacity":\w+/, `"capacity":-0`))
    assert.deepStrictEqual(event.event_type === "FacilityCreated" && event.capacity, 0)
  })
})
