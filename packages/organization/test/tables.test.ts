import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { commandLeadingTo } from "../src/organization/statusTransitions.ts"
import { commandTable, commandTypes, isCommandType } from "../src/OrganizationCommand.ts"
import { domainErrors, laterErrorTags } from "../src/OrganizationError.ts"
import { eventTable, eventTypes } from "../src/OrganizationEvent.ts"

const src = new URL("../src/", import.meta.url)
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("errors/"))
  .map((name) => readFileSync(new URL(name, src), "utf8"))
  .join("\n")

describe("commands and events", () => {
  it("know each other: some command leads to every event, and those that led to it of old are there", () => {
    for (const type of eventTypes) {
      assert.isTrue(commandTypes.some((command) => commandTable[command].leadsTo.includes(type)), type)
      for (const name of eventTable[type].options.causedBy ?? []) assert.isTrue(isCommandType(name), name)
    }
  })
  it("are called what their types say", () => {
    for (const type of commandTypes) {
      const name = `${type.charAt(0).toLowerCase()}${type.slice(1)}`
      assert.include(sources, `export const ${name} = organizationCommand(`)
    }
    for (const type of eventTypes) assert.include(sources, `export const ${type} = organizationEvent(`)
  })
  it("that answers name are there", () => {
    for (const name of Object.values(commandLeadingTo)) assert.isTrue(isCommandType(name), name)
    for (const [, name = ""] of sources.matchAll(/use_command: .*"(\w+)"/g)) assert.isTrue(isCommandType(name), name)
  })
})

describe("errors of the domain", () => {
  it("are answered somewhere, but for those that come later", () => {
    const own = Object.keys(domainErrors)
    const answered = own.filter((tag) => sources.includes(`errorKinds.${tag}.make(`))
    assert.sameMembers([...answered, ...laterErrorTags], own)
  })
})
