import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import {
  covers,
  fillWarnings,
  streamSettings,
  streamSettingsProblem,
  streamSettingsWarnings
} from "../src/stream/streamSettings.ts"

const subjects = "things.events.>"
const fine = { name: "THINGS", subjects: [subjects] }

describe("StreamSettings", () => {
  it("knows which patterns cover which subjects", () => {
    for (const pattern of [">", "things.>", "things.events.>", "*.events.>", "*.*.>"]) {
      assert.isTrue(covers(pattern, subjects), pattern)
    }
    for (const pattern of ["things.events.*", "things.events.*.*", "things.events.a.>", "other.>", "things.events"]) {
      assert.isFalse(covers(pattern, subjects), pattern)
    }
  })

  it("says how many days a stream remembers, and that it refuses what is more", () => {
    const [text] = streamSettingsWarnings({ ...fine, max_age: 31_536_000_000_000_000 }, subjects)
    assert.include(text, "365d")
    const refusing = { ...fine, max_bytes: 1_000, max_msgs: 10, discard: "new" }
    assert.deepStrictEqual(streamSettingsWarnings(refusing, subjects), [])
    const filled = (bytes: number, messages: number) =>
      fillWarnings({ config: refusing, created: "", state: { first_seq: 1, last_seq: messages, bytes, messages } })
    assert.deepStrictEqual(filled(899, 8), [])
    assert.lengthOf(filled(900, 8), 1)
    assert.lengthOf(filled(900, 9), 2)
  })

  it("says so when a newer broker has something switched on that is not known, and nothing of its defaults", () => {
    assert.deepStrictEqual(streamSettingsWarnings({ ...fine, novel: false, other: 0, third: {} }, subjects), [])
    assert.include(streamSettingsWarnings({ ...fine, novel: true }, subjects)[0], "novel")
  })

  it("names what it cannot use, and what to do about it", () => {
    assert.isUndefined(streamSettingsProblem(fine, subjects))
    assert.include(streamSettingsProblem({ name: "THINGS", subjects: null }, subjects), "no subjects")
    assert.strictEqual(
      streamSettingsProblem({ ...fine, subjects: ["things.events.*"] }, subjects),
      "stream THINGS stores things.events.*, needed is things.events.>: nats stream edit THINGS --subjects \"things.events.>\""
    )
  })

  it("is the table in the deployment guide", () => {
    const guide = readFileSync(join(import.meta.dirname, "../../../docs/deployment.md"), "utf8")
    const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
    const documented = guide.split("\n")
      .slice(guide.split("\n").findIndex((line) => line.startsWith("| Setting of the stream")))
      .map((line) => line.startsWith("|") ? cells(line) : undefined)
    const rows = documented.slice(2, documented.indexOf(undefined))
    assert.deepStrictEqual(
      rows,
      streamSettings.map(({ cure, effect, name, verdict, when }) => [`\`${name}\``, when, verdict, effect, cure ?? ""])
    )
  })
})
