import { assert, describe, it } from "@effect/vitest"
import { golden } from "./golden.ts"
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
      path: "metadata",
      message: "Expected numbers that JSON can hold"
    }]))
})
