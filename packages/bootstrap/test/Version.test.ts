import { describe, expect, it } from "vitest"
import { Version } from "../src/Version.mjs"

describe("Version", () => {
  it.each([
    ["2.12.13", false],
    ["2.12.14", true],
    ["2.12.99", true],
    ["2.13.5", false],
    ["2.14.3", false],
    ["2.14.4", true],
    ["2.15.0", true],
    ["3.0.0", true],
    ["2.10.27", false],
    ["1.99.99", false]
  ])("nats-server %s accepted: %s", (version, isAccepted) => {
    expect(Version.isAccepted(version, ["2.12.14", "2.14.4"])).toBe(isAccepted)
  })

  it("compares numbers, not text", () => {
    expect(Version.compare("2.9.0", "2.10.0")).toBeLessThan(0)
    expect(Version.compare("v24.0.0", "22.19.0")).toBeGreaterThan(0)
    expect(Version.compare("22.19.0", "22.19.0")).toBe(0)
  })

  it("finds a version in what programs say", () => {
    expect(Version.find("nats-server: v2.15.1")).toBe("2.15.1")
    expect(Version.find("nats-server: v2.14.0-RC.1\n")).toBe("2.14.0")
    expect(Version.find("usage: something else")).toBeUndefined()
  })
})
