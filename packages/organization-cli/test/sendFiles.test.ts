import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { decodeLine } from "../src/send/decodeLine.ts"
import { lineSplitter } from "../src/send/lineSplitter.ts"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"

const lineOf = (name: string, more: object = {}) =>
  JSON.stringify({
    command_type: "UpdateOrganization",
    organization_id: "0198c0de-0000-7000-8000-000000000001",
    identity: {
      correlation_id: { kind: "Single", value: "0198c0de-1000-7000-8000-000000000001" },
      causation_id: "0198c0de-1000-7000-8000-000000000001",
      message_id: "0198c0de-1000-7000-8000-000000000001"
    },
    name,
    ...more
  })
const ok = { status: "ok", outcome: "applied", command_type: "UpdateOrganization" }
const latin1 = (text: string) => Buffer.from(text, "latin1")

const temporaryFile = (content: string | Uint8Array) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "organization-cli-"))
      writeFileSync(join(folder, "commands.jsonl"), content)
      return { folder, file: join(folder, "commands.jsonl") }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

layer(Requests.layer, { excludeTestServices: true })("a file of commands", (it) => {
  const send = (content: string | Uint8Array, ...args: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const requests = answer(({ body }) =>
        body.includes("report_to") ? { ...ok, warnings: ["unknown: report_to"] } : ok
      )
      const { file } = yield* temporaryFile(content)
      const ran = yield* runHere(["send", file, ...args], { NATS_URL: url })
      return { ...ran, bodies: requests.map(({ body }) => body), file }
    })

  for (
    const [what, content, said] of [
      ["Latin-1", latin1(`${lineOf("one")}\n${lineOf("Müller")}\n${lineOf("Führung")}\n`), [
        `line 2: byte ${latin1(`${lineOf("one")}\n${lineOf("Müller")}`).indexOf(0xfc)} (0xfc) is not UTF-8`,
        "Latin-1",
        "iconv -f WINDOWS-1252 -t UTF-8",
        "and 1 more"
      ]],
      ["Windows-1252", latin1(`${lineOf("one")}\n${lineOf("5 \x80")}`), [
        "line 2",
        "(0x80)",
        "looks like Windows-1252"
      ]],
      ["a character cut off", Buffer.from(`${lineOf("one")}\n${lineOf("é")}`).subarray(0, -3), ["line 2", "0xc3"]],
      ["UTF-16", Buffer.from(`\uFEFF${lineOf("one")}\n`, "utf16le"), ["line 1: the file is UTF-16", "iconv -f UTF-16"]],
      ["UTF-16 without a mark", Buffer.from(`${lineOf("one")}\n`, "utf16le"), ["line 1: byte 1 is zero"]],
      ["a zero byte", `${lineOf("one")}\n{\0}`, [`line 2: byte ${lineOf("one").length + 2} is zero`]],
      ["a line that is too long", `${lineOf("one")}\n${lineOf("x".repeat(262_144))}\n`, [
        "line 2: it is longer than 262144 bytes"
      ]],
      ["a line that does not end", `${lineOf("one")}\n${"x".repeat(1_000_000)}`, [
        "line 2: it is longer than 262144 bytes"
      ]]
    ] as const
  ) {
    it.effect(`with ${what} is refused before anything is sent`, () =>
      Effect.gen(function*() {
        const { bodies, code, err, file, out } = yield* send(content)
        assert.deepStrictEqual([code, out, bodies], [2, "", []])
        assert.include(err, `✗ ${file}, line`)
        for (const part of said) assert.include(err, part)
      }))
  }

  it.effect("may have a byte order mark, carriage returns, blank lines, and no end of its last line", () =>
    Effect.gen(function*() {
      const lines = [lineOf("one"), lineOf("Müller 株式会社 👩‍👩‍👧"), lineOf("three")]
      const { bodies, code, err } = yield* send(`\uFEFF${lines[0]}\r\n\r\n  \n${lines[1]}\n${lines[2]}`, "--quiet")
      assert.strictEqual(code, 0, err)
      assert.deepStrictEqual(bodies, lines)
    }))

  it.effect("is looked at only from the line on that it is to go on with", () =>
    Effect.gen(function*() {
      const { bodies, code } = yield* send(latin1(`${lineOf("Müller")}\n${lineOf("two")}\n`), "--from-line", "2")
      assert.deepStrictEqual([code, bodies], [0, [lineOf("two")]])
    }))

  it.effect("has its warnings shown and counted however quiet it is, and is refused whole when it is strict", () =>
    Effect.gen(function*() {
      const content = [
        lineOf("one"),
        lineOf("two", { report_to: "x" }),
        lineOf("three"),
        lineOf("four", { report_to: 1 })
      ]
        .join("\n")
      const quiet = yield* send(content, "--quiet")
      assert.strictEqual(quiet.code, 0)
      assert.deepStrictEqual(quiet.out.match(/^line \d|unknown: report_to/gm), [
        "line 2",
        "unknown: report_to",
        "line 4",
        "unknown: report_to"
      ])
      assert.match(quiet.err, /4 done, 0 refused, 2 warnings\n {2}applied {3}4\n {2}warnings {2}2 {2}lines 2, 4$/)
      const strict = yield* send(content, "--strict")
      assert.deepStrictEqual([strict.code, strict.out, strict.bodies], [2, "", []])
      assert.match(strict.err, /line 2: unknown field ignored: report_to\n.*line 4: unknown field ignored: report_to/)
      assert.strictEqual((yield* send(lineOf("one"), "--strict")).code, 0)
    }))

  it.effect("is none when it is a folder or missing", () =>
    Effect.gen(function*() {
      const { url } = yield* Requests
      const { folder } = yield* temporaryFile("")
      for (
        const [file, why] of [[folder, "it is a folder"], [join(folder, "none"), "there is no such file"]] as const
      ) {
        const { code, err } = yield* runHere(["send", file], { NATS_URL: url })
        assert.deepStrictEqual([code, err], [2, `✗ cannot read ${file}: ${why}`])
      }
    }))

  it.effect("cannot be named by what was not UTF-8, nor can anything else", () =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const requests = answer(() => ok)
      for (const args of [["create", "Caf\uFFFD"], ["update", "x", "--name=\uFFFD"], ["send", "\uD83D"]]) {
        const { code, err } = yield* runHere(args, { NATS_URL: url })
        assert.strictEqual(code, 2)
        assert.match(err, /^✗ argument [23] is not UTF-8/)
      }
      assert.isEmpty(requests)
    }))

  it.effect("errors name what a setting was given by", () =>
    Effect.gen(function*() {
      const id = "0198c0de-0000-7000-8000-000000000001"
      for (
        const [args, env, said] of [
          [["show", id], { STREAM_NAME: "a.b" }, "✗ STREAM_NAME: expected the name of a stream, 1 to 240 characters"],
          [["chart", id, "--stream", "a b"], { STREAM_NAME: "A" }, "✗ --stream: expected the name of a stream"],
          [["tail", "--stream="], {}, "✗ --stream: expected the name of a stream"],
          [["tail"], { NATS_URL: "http://x" }, "✗ NATS_URL: "],
          [["tail", "-s", "http://x"], { NATS_URL: "nats://x" }, "✗ --server: "],
          [
            ["tail"],
            { NATS_CREDS_FILE: "/nowhere/a.creds" },
            "✗ NATS_CREDS_FILE: the file that it names cannot be read: there is no"
          ],
          [["show", "me"], {}, "✗ <id>: expected the UUID of an organization, given \"me\""]
        ] as const
      ) {
        const { code, err } = yield* runHere(args, env)
        assert.deepStrictEqual([code, err.slice(0, said.length)], [2, said])
      }
    }))
})

describe("lines", () => {
  const encoder = new TextEncoder()

  it("are the same however the file is cut, with where they stand", () => {
    const file = encoder.encode("one\n\ntwö\r\nthree 🏢\nlast")
    for (let size = 1; size <= file.length; size++) {
      const split = lineSplitter(100)
      const parts = Array.from(
        { length: Math.ceil(file.length / size) },
        (_, index) => file.slice(index * size, (index + 1) * size)
      )
      const lines = [...parts, undefined].flatMap((part) => split(part))
      assert.deepStrictEqual(
        lines.map(({ bytes, number, offset }) => [number, offset, Result.getOrThrow(decodeLine(bytes!, offset))]),
        [[1, 0, "one"], [2, 4, ""], [3, 5, "twö"], [4, 11, "three 🏢"], [5, 22, "last"]]
      )
    }
  })

  it("are as long as permitted, and of longer ones nothing is kept", () => {
    const split = lineSplitter(4)
    const lines = [...split(encoder.encode("four\nfi")), ...split(encoder.encode("ve5\nsix")), ...split(undefined)]
    assert.deepStrictEqual(lines.map(({ bytes, offset }) => [bytes?.length, offset]), [[4, 0], [undefined, 5], [3, 11]])
  })
})
