import { assert, describe, it } from "@effect/vitest"
import { covers, streamSettingsProblem, streamSettingsWarnings } from "../src/internal/StreamSettings.ts"

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

  it("warns about everything that forgets or endangers events", () => {
    assert.deepStrictEqual(streamSettingsWarnings(fine, subjects), [])
    assert.deepStrictEqual(streamSettingsWarnings({ ...fine, max_bytes: 1_000, discard: "new" }, subjects), [])
    const risky = [
      { max_age: 31_536_000_000_000_000 },
      { max_msgs: 10 },
      { max_bytes: 1_000, discard: "old" },
      { max_msgs_per_subject: 1 },
      { retention: "workqueue" },
      { storage: "memory" },
      { no_ack: true },
      { sealed: true },
      { persist_mode: "async" },
      { allow_msg_ttl: true },
      { allow_rollup_hdrs: true },
      { mirror_direct: true },
      { subject_transform: { src: ">", dest: "x.>" } },
      { subjects: ["things.>"] }
    ]
    for (const setting of risky) {
      assert.lengthOf(streamSettingsWarnings({ ...fine, ...setting }, subjects), 1, JSON.stringify(setting))
    }
    assert.include(streamSettingsWarnings({ ...fine, max_age: 31_536_000_000_000_000 }, subjects)[0], "365.0 days")
  })

  it("refuses a stream that cannot hold the events", () => {
    assert.isUndefined(streamSettingsProblem(fine, subjects))
    assert.include(streamSettingsProblem({ ...fine, subjects: ["things.events.*"] }, subjects), "needed is")
    assert.include(streamSettingsProblem({ name: "THINGS", subjects: null }, subjects), "no subjects")
    assert.include(streamSettingsProblem({ ...fine, mirror: { name: "OTHER" } }, subjects), "mirror")
  })
})
