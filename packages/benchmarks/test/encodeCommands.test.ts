import { decodeCommandMessage } from "@cim-domain/organization"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { encodeCommands, organizationIdAt } from "../src/load/encodeCommands.ts"
import type { Load } from "../src/load/Load.ts"

const load: Load = {
  url: "",
  commands: 400,
  warmUp: 100,
  pace: { inFlight: 1 },
  kind: "mix",
  organizations: 50,
  spread: "uniform",
  series: 7
}

const readAll = (load: Load) =>
  encodeCommands(load).map(({ body, subject }) =>
    Result.getOrThrow(decodeCommandMessage({ subject, body, header: () => undefined }, {
      acceptLegacySubjects: false,
      newId: () => {
        throw new Error("a command of the benchmark has an identity")
      }
    }))
  )

describe("the commands of a load", () => {
  it.each(["create", "update", "mix"] as const)("are valid, without warnings, each with its own id: %s", (kind) => {
    const commands = readAll({ ...load, kind })
    assert.strictEqual(commands.length, 500)
    assert.strictEqual(new Set(commands.map(({ commandId }) => commandId)).size, 500)
    assert.deepStrictEqual(commands.flatMap(({ warnings }) => warnings), [])
  })

  it("repeated ones are those of the warm-up, to the byte", () => {
    const all = encodeCommands({ ...load, kind: "repeat" })
    assert.strictEqual(all.length, 500)
    for (const [index, command] of all.slice(100).entries()) assert.deepStrictEqual(command, all[index % 100])
    assert.strictEqual(new Set(readAll({ ...load, kind: "repeat" }).map(({ commandId }) => commandId)).size, 100)
  })

  it("are the same again, and others in another series", () => {
    assert.deepStrictEqual(encodeCommands(load), encodeCommands(load))
    const ids = new Set([load, { ...load, series: 8 }].flatMap(readAll).map(({ commandId }) => commandId))
    assert.strictEqual(ids.size, 1_000)
  })

  it("a mix has units of all kinds, updates, creations and refusals", () => {
    const types = readAll(load).map(({ command }) => command.command_type)
    assert.deepStrictEqual([...new Set(types)].toSorted(), [
      "CreateDepartment",
      "CreateFacility",
      "CreateOrganization",
      "CreateRole",
      "CreateTeam",
      "DisbandTeam",
      "UpdateOrganization"
    ])
  })

  it("Zipf prefers the first organizations, uniform none", () => {
    const share = (spread: Load["spread"]) => {
      const commands = readAll({ ...load, kind: "update", spread })
      return commands.filter(({ aggregateId }) => aggregateId === organizationIdAt(0)).length / commands.length
    }
    // 1 / (1 + 1/2 + … + 1/50) is 0.22.
    assert.isAbove(share("zipf"), 0.12)
    assert.isBelow(share("uniform"), 0.08)
  })
})
