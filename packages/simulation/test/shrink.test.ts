import { describe, expect, it } from "@effect/vitest"
import { makeScenario } from "../src/scenario/makeScenario.ts"
import type { Scenario } from "../src/scenario/Scenario.ts"
import { shrink } from "../src/shrink/shrink.ts"

const scenario = makeScenario(1, { commands: 60, faults: 20, replicas: 3 })

describe("a failing scenario", () => {
  it("becomes the one pair of command and fault that fails", async () => {
    const [command, fault] = [scenario.commands[41]!, scenario.faults[7]!]
    const has = ({ commands, faults }: Scenario) =>
      commands.some(({ commandId }) => commandId === command.commandId) &&
      faults.some(({ kind }) => kind === fault.kind)
    const smallest = await shrink(scenario, { fails: async (each) => has(each), triesMax: 10_000 })
    expect([smallest.commands.length, smallest.faults.length, smallest.replicas, smallest.requesters]).toEqual([
      1,
      1,
      1,
      1
    ])
    expect(has(smallest)).toBe(true)
  })

  it("keeps what it needs, though no half of it fails", async () => {
    const needed = new Set([3, 17, 30, 59].map((index) => scenario.commands[index]!))
    const ids = [...needed].map(({ commandId, organizationId }) => `${commandId} ${organizationId}`)
    const has = ({ commands }: Scenario) => {
      const present = new Set(commands.map(({ commandId, organizationId }) => `${commandId} ${organizationId}`))
      return ids.every((id) => present.has(id))
    }
    const smallest = await shrink(scenario, { fails: async (each) => has(each), triesMax: 10_000 })
    expect(smallest.commands).toHaveLength(new Set(ids).size)
    expect(smallest.faults).toEqual([])
  })

  it("is tried with other luck when it depends on that", async () => {
    const fails = async ({ commands, luck }: Scenario) => commands.length > 0 && (commands.length > 30 || luck !== 1)
    const smallest = await shrink(scenario, { fails, triesMax: 10_000 })
    expect(smallest.commands).toHaveLength(1)
  })

  it("is as it was when nothing can be left out", async () => {
    const text = JSON.stringify(scenario)
    const smallest = await shrink(scenario, { fails: async (each) => JSON.stringify(each) === text, triesMax: 10_000 })
    expect(JSON.stringify(smallest)).toBe(text)
  })

  it("is tried so often at most", async () => {
    let tries = 0
    const fails = async () => {
      tries += 1
      return tries % 3 === 0
    }
    await shrink(scenario, { fails, triesMax: 100 })
    expect(tries).toBeLessThanOrEqual(100)
  })
})
