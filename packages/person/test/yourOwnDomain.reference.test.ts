import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { Person } from "../src/Person.ts"
import { excerpt } from "./excerpt.ts"

const root = new URL("../../../", import.meta.url)
const page = new URL("docs/your-own-domain.md", root)
const before = readFileSync(page, "utf8")

/** Blocks under a comment that says where they come from. */
const marked = /(<!-- from (\S+?)(?:: (.+?))? -->\n(?:<!-- dprint-ignore -->\n)?\n```\w+\n)(.*?)(?=\n```$)/gms

/** What the service answers to the command that the page sends. */
const answer = Effect.gen(function*() {
  const [, commandId = "", subject = "", body = ""] = /req -H Nats-Msg-Id:(\S+) (\S+) \\\n +'(.+)'/.exec(before) ?? []
  const { request } = yield* CommandTransport
  const command = { subject, headers: { "Nats-Msg-Id": commandId }, body, commandId }
  return JSON.stringify(JSON.parse(yield* request(command, Duration.seconds(1))), null, 2)
}).pipe(Effect.provide(inMemoryTransport(Person)))

/** `UPDATE_DOCS=1` writes the page anew instead of comparing it; `npm run docs` does that. */
describe("the page about a domain of one's own", () => {
  it.effect("shows the sources as they are, and what the service answers", () =>
    Effect.gen(function*() {
      const said = yield* answer
      const now = before.replaceAll(marked, (_, head: string, file: string, name: string | undefined) => {
        const source = file === "the-service" ? said : excerpt(readFileSync(new URL(file, root), "utf8"), name)
        return `${head}${source}`
      })
      if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, now)
      else assert.strictEqual(before, now, "run `npm run docs`")
    }))

  it("has no code and no JSON of its own", () => {
    const blocks = before.match(/^```(?:ts|json)$/gm) ?? []
    assert.isAbove(blocks.length, 10)
    assert.lengthOf([...before.matchAll(marked)], blocks.length)
  })
})
