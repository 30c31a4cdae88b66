import type { StreamConfig } from "./StreamApi.ts"

/** What is wrong with the settings of a stream of record, in words an operator can act on. */

/** Whether every subject that `filter` matches is also matched by `pattern`. */
export const covers = (pattern: string, filter: string): boolean => {
  const left = pattern.split(".")
  const right = filter.split(".")
  for (const [index, token] of left.entries()) {
    const other = right[index]
    if (token === ">") return other !== undefined
    if (other === undefined || other === ">") return false
    if (token !== "*" && token !== other) return false
  }
  return left.length === right.length
}

const set = (value: number | undefined) => value !== undefined && value > 0

const dayNanos = 86_400_000_000_000

/** Settings that endanger an event log. None of them is changed: they are the operator's. */
export const streamSettingsWarnings = (config: StreamConfig, subjects: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const warn = (condition: boolean, text: string) => {
    if (condition) found.push(`stream ${config.name}: ${text}`)
  }
  warn(set(config.max_age), `forgets events older than ${((config.max_age ?? 0) / dayNanos).toFixed(1)} days (max_age)`)
  warn(set(config.max_msgs), `keeps at most ${config.max_msgs} events (max_msgs)`)
  warn(
    set(config.max_msgs_per_subject),
    `keeps at most ${config.max_msgs_per_subject} events per subject (max_msgs_per_subject)`
  )
  warn(
    set(config.max_bytes) && config.discard !== "new",
    `forgets the oldest events beyond ${config.max_bytes} bytes (max_bytes with discard old)`
  )
  warn(
    config.retention !== undefined && config.retention !== "limits",
    `has retention ${config.retention}: events vanish once consumed`
  )
  warn(config.storage === "memory", "is kept in memory: events are lost when the server stops")
  warn(config.no_ack === true, "does not confirm what it stores (no_ack): no append can succeed")
  warn(config.sealed === true, "is sealed: no append can succeed")
  warn(config.persist_mode === "async", "confirms before it stores (persist_mode async)")
  warn(config.allow_msg_ttl === true, "lets a message header expire events (allow_msg_ttl)")
  warn(config.allow_rollup_hdrs === true, "lets a message header purge events (allow_rollup_hdrs)")
  warn(config.mirror_direct === true, "lets mirrors answer reads (mirror_direct): reads are stale more often")
  warn(
    config.subject_transform !== undefined && config.subject_transform !== null,
    "renames subjects (subject_transform)"
  )
  const others = (config.subjects ?? []).filter((subject) => !covers(subjects, subject))
  warn(others.length > 0, `also stores ${others.join(", ")}`)
  return found
}

/** Settings that lose snapshots. Where the events are kept for ever that costs time, elsewhere it costs organizations. */
export const snapshotSettingsWarnings = (config: StreamConfig): ReadonlyArray<string> =>
  [
    { forgets: set(config.max_age), name: "max_age" },
    { forgets: set(config.max_msgs), name: "max_msgs" },
    { forgets: set(config.max_bytes) && config.discard !== "new", name: "max_bytes" },
    { forgets: config.storage === "memory", name: "memory storage" }
  ].filter(({ forgets }) => forgets).map(({ name }) => `stream ${config.name}: forgets snapshots (${name})`)

/** Why a stream cannot hold these subjects at all, `undefined` when it can. */
export const streamSettingsProblem = (config: StreamConfig, subjects: string): string | undefined => {
  if (config.mirror !== undefined && config.mirror !== null) return `stream ${config.name} is a mirror`
  const patterns = config.subjects ?? []
  return patterns.some((pattern) => covers(pattern, subjects))
    ? undefined
    : `stream ${config.name} stores ${
      patterns.length === 0 ? "no subjects" : patterns.join(", ")
    }, needed is ${subjects}`
}
