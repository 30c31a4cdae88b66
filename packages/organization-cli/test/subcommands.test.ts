import { commandTypes, errorKinds } from "@cim-domain/organization"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"

const golden = readFileSync(join(import.meta.dirname, "../../organization/test/golden/commands.jsonl"), "utf8")
  .trimEnd().split("\n")

const id = (end: string) => `0198c0de-0000-7000-8000-${end.padStart(12, "0")}`
const [acme, labs] = [id("1"), id("2")]
const [engineering, product] = [id("d1"), id("d2")]
const [backend, frontend] = [id("7e1"), id("7e2")]
const [head, senior] = [id("a01"), id("a02")]
const [headquarters, annex] = [id("f01"), id("f02")]
const day = "2025-08-19T00:00:00Z"

/** What to type for each example command of the specification, in its order. */
const typed: ReadonlyArray<ReadonlyArray<string>> = [
  // dprint-ignore
  ["create", "Acme Corporation", "--display-name", "Acme", "--description", "Makes everything", "--founded", "2020-01-15T00:00:00Z", "--metadata", "{\"industry\":\"technology\"}", "--id", acme],
  ["update", acme, "--display-name", "Acme Inc.", "--type", "Other:Joint venture", "--clear", "description"],
  ["dissolve", acme, "--reason", "Voluntary winding-up", "--effective", day],
  ["merge", acme, labs, "--type", "Acquisition", "--effective", day],
  ["status", acme, "Suspended", "--reason", "Licence review"],
  // dprint-ignore
  ["department", "create", acme, "Engineering", "--code", "ENG", "--description", "Builds the product", "--id", engineering],
  ["department", "update", acme, engineering, "--name", "Product Engineering", "--head", head],
  ["department", "restructure", acme, engineering, "Transfer", "--parent", product],
  ["department", "dissolve", acme, engineering, "--reason", "Merged into Platform", "--transfer-to", product],
  // dprint-ignore
  ["team", "create", acme, "Backend", "--type", "Permanent", "--department", engineering, "--max-members", "10", "--id", backend],
  ["team", "update", acme, backend, "--lead", senior, "--status", "Active", "--clear", "max_members"],
  ["team", "disband", acme, backend, "--reason", "Project complete", "--transfer-to", frontend],
  // dprint-ignore
  ["role", "create", acme, "Senior Engineer", "--code", "SE-1", "--type", "Technical", "--department", engineering, "--team", backend, "--level", "5", "--reports-to", head, "--permission", "ViewOrganization", "--responsibility", "Design services", "--id", senior],
  // dprint-ignore
  ["role", "update", acme, senior, "--title", "Staff Engineer", "--level", "7", "--status", "Vacant", "--clear", "reports_to"],
  // dprint-ignore
  ["role", "deprecate", acme, head, "--reason", "Position split", "--replacement", senior, "--effective", day],
  // dprint-ignore
  ["facility", "create", acme, "Headquarters", "--code", "HQ-001", "--type", "Headquarters", "--capacity", "500", "--id", headquarters],
  ["facility", "update", acme, headquarters, "--capacity", "650", "--status", "Renovating"],
  ["facility", "remove", acme, headquarters, "--reason", "Lease ended", "--transfer-to", annex],
  ["child", "add", acme, labs, "--name", "Acme Labs", "--type", "LLC"],
  ["child", "remove", acme, labs, "--reason", "Spun off"]
]

/** Every sub-command by its path. */
const paths = [
  ...typed.map(([first = "", second = ""]) =>
    ["department", "team", "role", "facility", "child"].includes(first) ? [first, second] : [first]
  ),
  ["send"],
  ["show"],
  ["chart"],
  ["tail"]
]

const accepted = { status: "ok", outcome: "applied", aggregate_id: acme, created_id: senior }

layer(Requests.layer, { excludeTestServices: true })("sub-commands", (it) => {
  const run = (...args: ReadonlyArray<string>) =>
    Effect.flatMap(Requests, ({ url }) => runHere([...args, "--timeout", "1"], { NATS_URL: url }))

  it.effect("each sends the example command of the specification, byte for byte, to its subject", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      assert.deepStrictEqual(new Set(golden.map((line) => JSON.parse(line).command_type)), new Set(commandTypes))
      for (const [index, line] of golden.entries()) {
        const command = JSON.parse(line)
        const requests = answer(() => accepted)
        const { code, err } = yield* run(...typed[index]!, "--command-id", command.identity.message_id)
        assert.strictEqual(code, 0, err)
        assert.deepStrictEqual(requests.map(({ body }) => body), [line])
        assert.include(requests[0]?.subject, acme)
      }
    }))

  it.effect("lists are given item by item, an empty item empties them, and none leaves them as they are", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const sent = Effect.fnUntraced(function*(...args: ReadonlyArray<string>) {
        const requests = answer(() => accepted)
        yield* run("role", "update", acme, senior, "--level", "1", ...args)
        const { clear, permissions } = JSON.parse(requests[0]!.body)
        return [permissions, clear]
      })
      assert.deepStrictEqual(yield* sent("--permission", "A", "--permission", "B"), [["A", "B"], []])
      assert.deepStrictEqual(yield* sent("--permission", "", "--clear", "team_id", "--clear", "reports_to"), [[], [
        "team_id",
        "reports_to"
      ]])
      assert.deepStrictEqual(yield* sent(), [null, []])
    }))

  it.effect("what every command has: actor, expected version, and the id of what it created", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const requests = answer(() => accepted)
      const { out } = yield* run(...typed[12]!, "--actor", "zoe", "--expected-version", "12")
      assert.deepInclude(JSON.parse(requests[0]!.body), { issued_by: "zoe", expected_version: 12 })
      assert.include(out, `created       ${senior}`)
      answer(() => ({ ...accepted, created_id: acme }))
      assert.notInclude((yield* run(...typed[0]!)).out, "created")
    }))

  it.effect("a refusal names what is in the way, one line each, and of many the first", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const roles = Array.from({ length: 12 }, (_, index): string => id(`a${index + 10}`))
      const details = { departments: [product], teams: [], roles }
      const failure = errorKinds.DepartmentNotEmpty.make(details)
      answer(() => ({ status: "error", error: "not empty", failure }))
      const { code, out } = yield* run(...typed[8]!)
      assert.strictEqual(code, 1)
      assert.include(out, `  departments   ${product}\n  roles         ${roles[0]}\n                ${roles[1]}\n`)
      assert.include(out, `${roles[9]}\n                and 2 more; --json shows all`)
      assert.notInclude(out, roles[10]!)
    }))

  it.effect("each explains itself, with an example that names it", () =>
    Effect.gen(function*() {
      for (const path of [[], ...paths]) {
        const { code, out } = yield* run(...path, "--help")
        assert.strictEqual(code, 0)
        assert.include(out, ["organization", ...path].join(" "))
        if (path.length > 0) assert.match(out, new RegExp(`EXAMPLES[^]*organization ${path.join(" ")} `))
      }
      const all = (yield* run("--help")).out
      for (const [first = ""] of paths) assert.match(all, new RegExp(`^  ${first} +[A-Z]`, "m"))
    }))

  for (
    const [what, ...args] of [
      ["an unknown sub-command", "explode"],
      ["an unknown sub-command of a group", "team", "explode"],
      ["a missing argument", "create"],
      ["a bad code", "department", "create", acme, "Engineering", "--code", "a  b"],
      ["an empty name", "create", ""],
      ["a bad id", "update", "no-uuid", "--name", "x"],
      ["a bad id to look at", "chart", "no-uuid"],
      ["a bad id of a unit", "team", "disband", acme, "no-uuid", "--reason", "x"],
      ["a bad status", "status", acme, "Sleeping"],
      ["a bad type", "role", "create", acme, "x", "--code", "x", "--type", "Nobody"],
      ["a bad legal form", "create", "x", "--type", "Nothing"],
      ["a bad number", "team", "create", acme, "x", "--type", "Virtual", "--max-members", "many"],
      ["a number out of range", "team", "create", acme, "x", "--type", "Virtual", "--max-members", "0"],
      ["a field that cannot be removed", "department", "update", acme, engineering, "--clear", "name"],
      ["a field both given and removed", "role", "update", acme, senior, "--level", "1", "--clear", "level"],
      ["two fates", "facility", "remove", acme, annex, "--reason", "x", "--promote-children", "--transfer-to", annex],
      ["a bad time", "dissolve", acme, "--reason", "x", "--effective", "yesterday"],
      ["a bad point", "tail", "--from", "here"],
      ["a bad depth", "show", acme, "--depth", "0"],
      ["a bad line", "send", "-", "--from-line", "0"],
      ["a missing file", "send", "/nowhere/commands.jsonl"],
      ["a bad server", "show", acme, "--server", "http://broker"]
    ] as const
  ) {
    it.effect(`${what} exits with 2 and sends nothing`, () =>
      Effect.gen(function*() {
        const { answer } = yield* Requests
        const requests = answer(() => accepted)
        const { code, err, out } = yield* run(...args)
        assert.strictEqual(code, 2, out + err)
        assert.isNotEmpty(err)
        assert.isEmpty(requests)
      }))
  }
})
