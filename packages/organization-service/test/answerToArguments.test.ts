import { replicaBundle } from "@cim-domain/testbed/programBundle"
import { runProgram } from "@cim-domain/testbed/runProgram"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { organizationService } from "../src/organizationService.ts"
import { answerToArguments } from "./program.ts"

const here = import.meta.dirname
const file = (path: string) => readFileSync(join(here, path), "utf8")

/** The program with these arguments, and settings that it must not get as far as to read. */
const called = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(replicaBundle, (bundle) => runProgram(bundle, args, { env: { LOG_LEVEL: "loud" } }))

it.live(
  "help and version are shown, an unknown argument is refused in one line, and nothing starts",
  () =>
    Effect.gen(function*() {
      const [help, unknown] = yield* Effect.all([called("--help"), called("--help", "--port=1")], { concurrency: 2 })
      assert.deepInclude(help, { code: 0, err: "" })
      assert.include(help.out, "NATS_URL (default nats://localhost:4222)")
      assert.deepInclude(unknown, { code: 2, out: "" })
      assert.match(unknown.err, /^organization-service: given "--port=1"; accepted: .*--help.*\n$/)
    }),
  { timeout: 30_000 }
)

it("the version is that of the package", () => {
  const { version: expected } = JSON.parse(file("../package.json")) as { readonly version: string }
  assert.strictEqual(organizationService.version, expected)
  assert.deepStrictEqual(answerToArguments(["--version"]), { code: 0, text: expected })
})

it("help and README have the same settings with the same defaults", () => {
  const rows = [...file("../../../README.md").matchAll(/^\| `([A-Z_]+)` +\| (?:`(.*?)`)? *\|/gm)]
  const { text } = answerToArguments(["-h"])!
  const settings = [...text.matchAll(/^ {2}([A-Z_]+)(?: \(default (.*)\))?$/gm)]
  assert.isAbove(settings.length, 15)
  assert.deepStrictEqual(settings.map(([, ...row]) => row), rows.map(([, ...row]) => row))
})

it("no argument means to start, an unknown one never does", () => {
  assert.isUndefined(answerToArguments([]))
  for (const argument of ["start", "constructor", "toString", "", "-v", "--help=1", "__proto__"]) {
    assert.strictEqual(answerToArguments([argument])?.code, 2, argument)
  }
})
