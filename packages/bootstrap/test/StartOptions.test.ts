import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { Paths } from "../src/Paths.mjs"
import { Services } from "../src/Services.mjs"
import { StartOptions } from "../src/StartOptions.mjs"
import { TestOptions } from "../src/TestOptions.mjs"
import { VitestReport } from "../src/VitestReport.mjs"

describe("StartOptions", () => {
  it("has defaults", () => {
    const [service, data] = [Services.get("organization"), expect.stringMatching(/\/\.data$/)]
    expect(StartOptions.parse([])).toEqual({ service, port: 4222, replicas: 3, data })
  })

  it("takes both notations", () => {
    expect(StartOptions.parse(["--service", "person", "--port", "4333", "--replicas=16", "--data", "/somewhere"]))
      .toEqual({ service: Services.get("person"), port: 4333, replicas: 16, data: "/somewhere" })
    expect(StartOptions.parse(["--help"])).toBe("help")
  })

  it.each([
    [["--service", "persn"], `--service is "persn": did you mean person? (`],
    [["--service", "payroll"], `--service is "payroll"; accepted are organization, person (`],
    [["--service", "constructor"], `--service is "constructor"; accepted are`],
    [["--service="], `--service is ""; accepted are`],
    [["--port", "0"], `--port is "0"; accepted is a whole number from 1 to 65535`],
    [["--port", "65536"], `--port is "65536"`],
    [["--port", "4e3"], `--port is "4e3"`],
    [["--replicas", "17"], `--replicas is "17"; accepted is a whole number from 1 to 16`],
    [["--replicas", ""], `--replicas is ""`],
    [["--ports", "1"], "Unknown option '--ports': did you mean --port?"],
    [["--speed", "1"], "Unknown option '--speed' ("],
    [["--port", "1\n2"], String.raw`--port is "1\n2"; accepted`],
    [["now"], "Unexpected argument 'now'"],
    [["--data="], "--data needs a folder"]
  ])("refuses %j", (args, message) => {
    expect(() => StartOptions.parse(args)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) })
    )
  })
})

describe("Services", () => {
  it.each(Array.from(Services))("%s is a program that is there", (_name, { main, suggestions }) => {
    expect(fs.existsSync(path.join(Paths.root, main))).toBe(true)
    expect(suggestions(undefined).join("\n")).not.toContain("127.0.0.1")
    for (const line of suggestions("nats://127.0.0.1:4333")) expect(line).toContain("nats://127.0.0.1:4333")
  })

  it("are listed by the help", () => {
    for (const name of Services.keys()) expect(StartOptions.help).toContain(name)
  })
})

describe("paths", () => {
  it("are told as a person would type them", () => {
    expect(Paths.display(Paths.given("a/b"))).toBe("a/b")
    expect(Paths.display(Paths.given("it’s mine/ü"))).toBe("'it’s mine/ü'")
    expect(Paths.display(Paths.given("it's"))).toBe(String.raw`'it'\''s'`)
    expect(Paths.display("/x")).toBe("/x")
    expect(Paths.display("/two\nlines")).toBe(String.raw`"/two\nlines"`)
    expect(Paths.display(Paths.given("."))).toBe(".")
  })
})

describe("TestOptions", () => {
  const parsed = (...args: ReadonlyArray<string>) => {
    const options = TestOptions.parse(args)
    return options === "help"
      ? options
      : { suites: options.suites.map(({ name }) => name), vitestArgs: options.vitestArgs }
  }

  it("gives vitest what is left", () => {
    expect(parsed()).toEqual({ suites: ["format", "lint", "types", "tests"], vitestArgs: [] })
    expect(parsed("--only", "tests,lint", "packages/nats", "-t", "batch"))
      .toEqual({ suites: ["lint", "tests"], vitestArgs: ["packages/nats", "-t", "batch"] })
    expect(parsed("--only=types")).toEqual({ suites: ["types"], vitestArgs: [] })
    expect(parsed("-h")).toBe("help")
  })

  it("refuses what is nearly ours, and leaves the rest to vitest", () => {
    expect(() => parsed("--onyl=types")).toThrow("Unknown option '--onyl=types': did you mean --only?")
    expect(() => parsed("--hlep")).toThrow("did you mean --help?")
    expect(parsed("--only=types", "--bail=1", "--run", "--ui", "--mode", "x")).toHaveProperty("vitestArgs.length", 5)
  })

  it("names the suites when one is unknown", () => {
    expect(() => parsed("--only", "speed")).toThrow("accepted are format, lint, types, tests")
    expect(() => parsed("--only")).toThrow("accepted are format, lint, types, tests")
  })
})

describe("VitestReport", () => {
  const report = (testResults: ReadonlyArray<object>, numFailedTests = 0) =>
    JSON.stringify({ numPassedTests: 3, numFailedTests, numPendingTests: 1, numTodoTests: 1, testResults })

  it("counts tests", () => {
    expect(VitestReport.counts(report([{ status: "passed", assertionResults: [{ status: "passed" }] }]), 0))
      .toEqual({ passed: 3, failed: 0, skipped: 2 })
    expect(VitestReport.counts(report([{ status: "failed", assertionResults: [{ status: "failed" }] }], 1), 1))
      .toEqual({ passed: 3, failed: 1, skipped: 2 })
  })

  it("counts a file that does not load, a run that fails as a whole and a run without report", () => {
    expect(VitestReport.counts(report([{ status: "failed", assertionResults: [] }]), 1)).toMatchObject({ failed: 1 })
    expect(VitestReport.counts(report([]), 1)).toMatchObject({ failed: 1 })
    expect(VitestReport.counts(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})
