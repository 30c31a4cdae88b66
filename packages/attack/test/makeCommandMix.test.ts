import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { Result } from "effect"
import { expect, it } from "vitest"
import { makeCommandMix } from "../src/makeCommandMix.ts"
import { makeOrganizations } from "../src/Organizations.ts"
import { readRequest } from "../src/readRequest.ts"

const compose = (seed: number, count: number) => {
  const organizations = makeOrganizations(makeRandomness(seed, "organizations"), 50)
  const next = makeCommandMix(makeRandomness(seed, "writer"), organizations)
  return Array.from({ length: count }, () => {
    const command = next()
    organizations.hear(command.organizationId, 1, false)
    return command
  })
}

it("a seed determines the commands", () => {
  expect(compose(1, 200)).toEqual(compose(1, 200))
  expect(compose(1, 200)).not.toEqual(compose(2, 200))
})

it("commands are good and bad, new and repeated, and some ids name two commands", () => {
  const commands = compose(3, 2_000)
  const requests = commands.map(readRequest)
  const bad = requests.filter(Result.isFailure).length
  expect(bad).toBeGreaterThan(50)
  expect(bad).toBeLessThan(250)
  const bodies = new Map<string, Set<string>>()
  for (const { body, commandId } of commands) bodies.set(commandId, (bodies.get(commandId) ?? new Set()).add(body))
  expect(commands.length - bodies.size).toBeGreaterThan(100)
  expect([...bodies.values()].filter((each) => each.size > 1).length).toBeGreaterThan(10)
  const types = new Set(commands.map(({ type }) => type))
  expect([...types].toSorted()).toEqual([
    "ChangeOrganizationStatus",
    "CreateDepartment",
    "CreateOrganization",
    "DissolveOrganization",
    "MergeOrganizations",
    "UpdateOrganization"
  ])
  expect(requests.filter((request) => Result.isSuccess(request) && request.success.expectedVersion !== null).length)
    .toBeGreaterThan(100)
})
