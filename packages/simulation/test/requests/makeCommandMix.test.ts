import { expect, it } from "vitest"
import { isAsked } from "../../src/check/readCommands.ts"
import { commandTable } from "../../src/model/commandTable.ts"
import { readRequest } from "../../src/model/readRequest.ts"
import { makeCommandMix } from "../../src/requests/makeCommandMix.ts"
import { makeOrganizations } from "../../src/requests/Organizations.ts"
import { makeRandomness } from "../../src/time/Randomness.ts"

const compose = (seed: number, count: number) => {
  const organizations = makeOrganizations(makeRandomness(seed, "organizations"), 50)
  const next = makeCommandMix(makeRandomness(seed, "writer"), organizations)
  return Array.from({ length: count }, () => {
    const command = next()
    organizations.hear(command.organizationId, JSON.stringify({ version: 1 }))
    return command
  })
}

it("a seed determines the commands", () => {
  expect(compose(1, 200)).toEqual(compose(1, 200))
  expect(compose(1, 200)).not.toEqual(compose(2, 200))
})

it("commands are good and bad, new and repeated, and some ids name two commands", () => {
  const commands = compose(3, 2_000)
  const requests = commands.map((command) => readRequest(command))
  const bad = requests.filter((request) => "refusal" in request).length
  expect(bad).toBeGreaterThan(50)
  expect(bad).toBeLessThan(250)
  const bodies = new Map<string, Set<string>>()
  for (const { body, commandId } of commands) bodies.set(commandId, (bodies.get(commandId) ?? new Set()).add(body))
  expect(commands.length - bodies.size).toBeGreaterThan(100)
  expect([...bodies.values()].filter((each) => each.size > 1).length).toBeGreaterThan(10)
  expect([...new Set(commands.map(({ type }) => type))].toSorted()).toEqual(Object.keys(commandTable).toSorted())
  const asked = requests.filter(isAsked)
  expect(asked.filter(({ expectedVersion }) => expectedVersion !== null).length).toBeGreaterThan(100)
  expect(asked.filter(({ isDryRun }) => isDryRun).length).toBeGreaterThan(20)
  expect(asked.filter(({ actor }) => actor !== null).length).toBeGreaterThan(20)
})
