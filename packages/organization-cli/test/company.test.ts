import { commandPrefix, decodeCommandMessage, encodeCommand } from "@cim-domain/organization"
import { assert, layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Broker } from "./Broker.ts"
import { runHere } from "./runHere.ts"
import { runProcess } from "./runProcess.ts"
import { tooWide } from "./tooWide.ts"

const file = join(import.meta.dirname, "../examples/company.jsonl")
const lines = readFileSync(file, "utf8").trimEnd().split("\n")
const commands = lines.map((line) => JSON.parse(line))
const acme = commands[0].organization_id.id

const count = (type: string) => commands.filter(({ command_type }) => command_type === type).length

/** How often a part stands in a text. */
const times = (text: string, part: string) => text.split(part).length - 1

layer(Broker.layer, { timeout: "60 seconds", excludeTestServices: true })("the example company", (it) => {
  const run = (...args: ReadonlyArray<string>) => Effect.flatMap(Broker, ({ url }) => runHere(args, { NATS_URL: url }))

  it.effect("is what it is said to be, in canonical commands with ids of their own", () =>
    Effect.sync(() => {
      for (const line of lines) {
        const request = Result.getOrThrow(decodeCommandMessage({
          subject: `${commandPrefix}.${acme}`,
          body: new TextEncoder().encode(line),
          header: () => undefined
        }, { acceptLegacySubjects: true, newId: () => acme }))
        assert.deepStrictEqual([encodeCommand(request.command), request.warnings], [line, []])
      }
      assert.deepStrictEqual(
        ["Facility", "Department", "Team", "Role"].map((kind) => count(`Create${kind}`)),
        [3, 12, 40, 300]
      )
      const ended = ["RestructureDepartment", "DissolveDepartment", "DeprecateRole"]
      assert.deepStrictEqual(ended.map(count), [2, 1, 1])
      assert.strictEqual(new Set(commands.map(({ identity }) => identity.message_id)).size, commands.length)
    }))

  it.effect("is built by sending it once; sending it again changes nothing", () =>
    Effect.gen(function*() {
      const { url } = yield* Broker
      const first = yield* runProcess(["send", file, "--quiet"], { url })
      assert.strictEqual(first.code, 0, first.err)
      assert.strictEqual(first.out, "")
      assert.match(first.err, new RegExp(`^  applied  ${commands.length}\n$`, "m"))
      const second = yield* run("send", file, "--json")
      const answers = second.out.split("\n").map((line) => JSON.parse(line).outcome)
      assert.deepStrictEqual(answers, commands.map(() => "duplicate"))
      assert.include((yield* run("show", acme)).out, `version       ${commands.length}\n`)
    }), { timeout: 60_000 })

  it.effect("is shown with every live unit once, within 80 columns", () =>
    Effect.gen(function*() {
      const shown = (yield* run("show", acme, "--ids")).out
      const state = JSON.parse((yield* run("show", acme, "--json")).out)
      const retired = new Set(["Dissolved", "Disbanded", "Deprecated"])
      const units: ReadonlyArray<{ readonly id: string; readonly status: string; readonly code?: string }> = [
        ...state.departments,
        ...state.teams,
        ...state.roles,
        ...state.facilities
      ]
      for (const { id, status } of units) assert.strictEqual(times(shown, id), retired.has(status) ? 0 : 1, id)
      assert.deepStrictEqual(tooWide(shown.split("\n")), [])
      assert.include(shown, "units         11 departments, 40 teams, 299 roles, 3 facilities")
      const chart = (yield* run("chart", acme)).out
      for (const { code, status } of state.roles) {
        assert.strictEqual(times(chart, `(${code})`), retired.has(status) ? 0 : 1, code)
      }
      assert.deepStrictEqual(tooWide(chart.split("\n")), [])
      assert.include((yield* run("show", acme, "--retired")).out, "LOG Logistics · Dissolved")
    }), { timeout: 30_000 })

  it.effect("has a chart that can be read from any role down", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        (yield* run("chart", acme, "--root", "coo", "--depth", "2")).out,
        `Acme Corporation · 66 roles
└ Chief Operating Officer (COO) · OPS
  ├ Head of Logistics (LOG) · MFG · 21 roles
  ├ Works Manager (MFG) · MFG · 28 roles
  ├ Lead Buildings (OPS-100) · OPS, team Buildings · 6 roles
  └ Lead Procurement (OPS-200) · OPS, team Procurement · 6 roles`
      )
      const nobody = yield* run("chart", acme, "--root", "CTO")
      assert.deepInclude(nobody, { code: 1, err: "✗ there is no role CTO, or not any more" })
    }), { timeout: 30_000 })
})
