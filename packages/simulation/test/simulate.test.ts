import { describe, expect, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { lookForPlant } from "../src/plants/lookForPlant.ts"
import { plants } from "../src/plants/plants.ts"
import { readArguments } from "../src/simulate/readArguments.ts"
import { runHistories } from "../src/simulate/runHistories.ts"

/** Found in one of the first histories. */
const soonFound = [
  "a no is told on a state that nobody confirmed",
  "events are stored after whatever is there",
  "a snapshot does not know when something last happened",
  "one answer in ten is sent twice"
]

const patience = 300_000

const histories = (seed: number, count: number) =>
  runHistories({ seed, goesOn: (done) => done < count, replicas: undefined, commands: undefined, faults: undefined })

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number; readonly out: string }>((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_, out) => resolve({ code: child.exitCode ?? -1, out }))
  })

describe("the service in virtual time", () => {
  it("keeps its word in histories of fixed seeds", async () => {
    const { broken } = await histories(1, 20)
    expect(broken).toBeUndefined()
  }, patience)

  const fresh = Math.floor(Math.random() * 4_000_000_000)
  it(`keeps its word in histories that nobody has seen, from seed ${fresh} on`, async () => {
    const { broken } = await histories(fresh, 15)
    expect(broken).toBeUndefined()
  }, patience)
})

describe("a planted fault is found", () => {
  for (const name of soonFound) {
    it(name, async () => {
      const plant = plants.find((each) => each.name === name)
      const looked = await lookForPlant(plant!, { histories: 20, seed: 1, forgetful: false })
      expect(looked.failure).toBeUndefined()
      expect(looked.found).toBeDefined()
    }, patience)
  }
})

describe("npm run simulate", () => {
  it("finds nothing wrong with states that remember few commands", async () => {
    const { code, out } = await run("--forgetful", "--seed", "1", "--histories", "10")
    expect([code, out]).toEqual([0, expect.stringContaining("verdict: clean")])
  }, patience)

  it("ends with 0 and says what it did when nothing is wrong", async () => {
    const { code, out } = await run("--seed", "1", "--histories", "1")
    expect([code, out]).toEqual([0, expect.stringContaining("verdict: clean")])
  }, patience)

  it("refuses what it does not know, in words", async () => {
    const { code, out } = await run("--minutes", "soon")
    expect([code, out]).toEqual([2, expect.stringContaining("--minutes is a number from 0.01 to 10000, not \"soon\"")])
  }, patience)

  it("refuses a story that is none, in words", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "story-"))
    const told = async (name: string, text: string) => {
      const file = path.join(folder, name)
      writeFileSync(file, text)
      const { code, out } = await run("--story", file)
      return [code, out.replaceAll(file, "FILE").split("\n")[0]]
    }
    expect(await told("text", "garbage")).toEqual([2, expect.stringContaining("FILE is no JSON")])
    expect(await told("other", "{\"seed\":1}")).toEqual([
      2,
      expect.stringContaining("FILE is no scenario: Missing key")
    ])
    const { code, out } = await run("--story", path.join(folder, "none"))
    rmSync(folder, { recursive: true })
    expect([code, out]).toEqual([2, expect.stringContaining("cannot be read")])
  }, patience)

  it("draws a seed when none is given", () => {
    expect(readArguments([], () => 17)).toMatchObject({ seed: 17, minutes: 1 })
    expect(readArguments(["--seed", "3"], () => 17)).toMatchObject({ seed: 3 })
  })
})
