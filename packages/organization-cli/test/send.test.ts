import { assert, describe, it, layer } from "@effect/vitest"
import { Deferred, Effect, type Layer, Stdio, Stream } from "effect"
import { describeProgress, describeTally, drawProgress } from "../src/send/describeTally.ts"
import { noAnswers, withAnswer } from "../src/send/Tally.ts"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"

const ok = { status: "ok", outcome: "applied", command_type: "UpdateOrganization" }
const error = (code: string, category = "conflict", retryable = false) => ({
  status: "error",
  error: `no: ${code}`,
  failure: { code, message: `no: ${code}`, category, retryable, details: {} }
})
const lineOf = (name: string) => JSON.stringify({ command_type: "UpdateOrganization", name, identity: {} })
const input = [lineOf("one"), "", lineOf("three"), lineOf("four"), "{nonsense"].join("\n")

/** Standard input, and whether standard error is a terminal. */
const terminal = (text: string, options: { readonly stderrIsTerminal: boolean }) =>
  Stdio.layerTest({
    stdin: Stream.make(new TextEncoder().encode(text)),
    stderrIsTerminal: Effect.succeed(options.stderrIsTerminal)
  }) as Layer.Layer<never>

layer(Requests.layer, { excludeTestServices: true })("send", (it) => {
  const send = (stdio: Layer.Layer<never>, ...args: ReadonlyArray<string>) =>
    Effect.flatMap(Requests, ({ url }) => runHere(["send", "-", ...args], { NATS_URL: url }, stdio))
  const piped = terminal(input, { stderrIsTerminal: false })

  it.effect("sends lines in order, answers each, and sums up by outcome", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const requests = answer((_, index) => index < 2 ? ok : error("ROLE_IN_USE"))
      const { code, err, out } = yield* send(piped)
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(requests.map(({ body }) => body), input.split("\n").filter((line) => line !== ""))
      assert.strictEqual(out.match(/✓ UpdateOrganization: done/g)?.length, 2)
      assert.match(err, /^4 in .* · 2 done, 2 refused\n {2}applied {6}2\n {2}ROLE_IN_USE {2}2 {2}lines 4, 5$/)
    }))

  it.effect("prints only refusals when quiet, and JSON lines when asked", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      answer((_, index) => index !== 1 ? ok : error("ROLE_IN_USE"))
      const quiet = yield* send(piped, "--quiet")
      assert.match(quiet.out, /^line 3  ✗ command: no: ROLE_IN_USE \(ROLE_IN_USE\)$/)
      answer((_, index) => index !== 1 ? ok : error("ROLE_IN_USE"))
      const json = (yield* send(piped, "--json")).out.split("\n").map((line) => JSON.parse(line))
      assert.deepStrictEqual(json.map(({ outcome, failure }) => outcome ?? failure.code), [
        "applied",
        "ROLE_IN_USE",
        "applied",
        "applied"
      ])
    }))

  for (
    const [what, failure, detail, effect] of [
      ["no answer", null, "no answer: timeout; gave up after 1 attempt in", "may or may not have taken effect"],
      [
        "an answer to try again later",
        error("BUSY", "conflict", true),
        "no: BUSY (BUSY); gave up after",
        "Nothing was done"
      ]
    ] as const
  ) {
    it.effect(`stops at the first line with ${what} until the time is over, says where to go on, and goes on there`, () =>
      Effect.gen(function*() {
        const { answer } = yield* Requests
        const stopped = answer((_, index) => index === 0 ? ok : failure)
        const { code, err } = yield* send(piped, "--timeout", "1")
        assert.strictEqual(code, 3)
        assert.deepStrictEqual([...new Set(stopped.map(({ body }) => body))], [lineOf("one"), lineOf("three")])
        assert.include(err, `stopped at line 3: ${detail}`)
        assert.include(err, effect)
        assert.include(err, "Go on with --from-line 3")
        assert.notInclude(err, "has no identity")
        const resumed = answer(() => ok)
        assert.strictEqual((yield* send(piped, "--from-line", "3")).code, 0)
        assert.deepStrictEqual(resumed.map(({ body }) => body), [lineOf("three"), lineOf("four"), "{nonsense"])
      }))
  }

  it.effect("sends a line again until it is settled, each time with the same id", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      const later = error("BUSY", "unavailable", true)
      const requests = answer((_, index) => [later, ok, later, later, ok, ok, later][index] ?? ok)
      const { code, err } = yield* send(piped, "--json")
      assert.strictEqual(code, 0)
      assert.match(err, /^4 in .* · 4 done, 0 refused\n/)
      const [one, three, four, none] = [lineOf("one"), lineOf("three"), lineOf("four"), "{nonsense"]
      assert.deepStrictEqual(requests.map(({ body }) => body), [one, one, three, three, three, four, none, none])
      const ids = requests.map(({ id }) => id)
      assert.deepStrictEqual(ids.slice(0, 6), ids.slice(0, 6).map(() => undefined), "these have an identity")
      assert.match(ids[6] ?? "", /^[0-9a-f-]{36}$/)
      assert.strictEqual(ids[7], ids[6])
    }))

  it.effect("warns that a line without identity may happen twice, where that can be", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      for (const [category, isOpen] of [["unavailable", true], ["conflict", false]] as const) {
        answer((_, index) => index < 3 ? ok : error("BUSY", category, true))
        assert.strictEqual((yield* send(piped, "--timeout", "1")).err.includes("Line 5 has no identity"), isOpen)
      }
      answer(() => ok)
      const { out } = yield* send(piped)
      assert.deepStrictEqual(out.match(/^line \d|sending the file again/gm), [
        "line 1",
        "line 3",
        "line 4",
        "line 5",
        "sending the file again"
      ])
    }))

  it.effect("says where to go on when it is interrupted, and does not end as if all were done", () =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const isThird = yield* Deferred.make<void>()
      answer((_, index) => {
        if (index < 2) return ok
        Deferred.doneUnsafe(isThird, Effect.void)
        return null
      })
      const interrupted = yield* runHere(["send", "-"], { NATS_URL: url }, piped, Deferred.await(isThird))
      assert.strictEqual(interrupted.code, 3)
      assert.match(interrupted.err, /interrupted; go on with --from-line 4\n2 in /)
    }))

  it.effect("draws a bar on a terminal, and removes it before anything else is printed", () =>
    Effect.gen(function*() {
      const { answer } = yield* Requests
      answer(() => ok)
      const { url } = yield* Requests
      const written: Array<string> = []
      yield* runHere(
        ["send", "-"],
        { NATS_URL: url },
        terminal(input, { stderrIsTerminal: true }),
        undefined,
        (text) => written.push(text)
      )
      const erased = "\r\u001B[2K"
      const drawn = written.filter((text) => text.includes(erased))
      assert.strictEqual(drawn.length, 8)
      for (const [index, text] of drawn.entries()) {
        assert.isTrue(text.startsWith(index % 2 === 0 ? `${erased}${index / 2 + 1} · ` : erased))
        assert.match(text.slice(erased.length), index % 2 === 0 ? /, 0 refused$/ : /^$/)
      }
      answer(() => ok)
      assert.notInclude((yield* send(piped)).err, "\r")
    }))
})

describe("a tally", () => {
  const reply = (code: string) => ({ ...error(code), warnings: [] }) as unknown as Parameters<typeof withAnswer>[1]
  const tally = Array.from({ length: 7 }, (_, index) => index + 10).reduce(
    (tally, line) => withAnswer(tally, reply("ROLE_IN_USE"), line),
    withAnswer(withAnswer(noAnswers, { ...ok, warnings: [] } as never, 1), reply("CODE_IN_USE"), 2)
  )

  it("counts each outcome and names the first lines of each refusal", () =>
    assert.strictEqual(
      describeTally(tally, 4500).join("\n"),
      `9 in 4.5 s · 2/s · 1 done, 8 refused
  applied      1
  CODE_IN_USE  1  line 2
  ROLE_IN_USE  7  lines 10, 11, 12, 13, 14, …`
    ))

  it("is a line, with a bar when the end is known, that fits on a screen", () => {
    assert.strictEqual(describeProgress(noAnswers, null, 0), "0 · 0 done, 0 refused")
    assert.strictEqual(describeProgress(tally, 18, 1000), "9 of 18 · 9/s · 1 done, 8 refused")
    assert.strictEqual(drawProgress(tally, 18, 1000), "██████████░░░░░░░░░░ 9 of 18 · 9/s · 1 done, 8 refused")
    assert.include(drawProgress(noAnswers, 0, 1000), "░░ 0 of 0")
    const many = { ...noAnswers, answered: 1_000_000, refused: 300_000 }
    assert.isBelow(drawProgress(many, 1_000_000, 1_000_000).length, 80)
  })
})
