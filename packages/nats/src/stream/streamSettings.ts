import { Duration } from "effect"
import type { StreamConfig, StreamInfo } from "./StreamApi.ts"

/**
 * Every setting of a stream that brokers from 2.12 to 2.15 know, and what it does to a log of events.
 *
 * - `fine`: as the operator likes it.
 * - `warning`: events can be lost or forgotten by it; that is said, and it is used.
 * - `unusable`: what is acknowledged would not be found, or nothing would be acknowledged. Nothing is appended then.
 */
export type Verdict = "fine" | "warning" | "unusable"

/** One row of the table of settings. */
export interface StreamSetting {
  /** As in the broker's JSON. A setting that can matter in two ways has two rows. */
  readonly name: string
  /** The values that the row is about, in words. */
  readonly when: string
  readonly verdict: Verdict
  /** What it does to the events. */
  readonly effect: string
  /** What an operator does about it; nothing for what is fine. `NAME` stands for the stream, `SUBJECTS` for what it must store. */
  readonly cure?: string
  /** What is to be said of a stream that is set so, `undefined` for one that is not. */
  readonly found?: (config: StreamConfig, subjects: string) => string | undefined
}

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

const isSet = (value: number | undefined): value is number => value !== undefined && value > 0
const isPresent = (value: unknown) => value !== undefined && value !== null

const fine = (name: string, effect: string): StreamSetting => ({ name, when: "any", verdict: "fine", effect })

const on = (name: string) => (text: string) => (config: StreamConfig) => config[name] === true ? text : undefined
const given = (name: string) => (text: string) => (config: StreamConfig) => isPresent(config[name]) ? text : undefined

const othersOf = ({ subjects }: StreamConfig, wanted: string) =>
  (subjects ?? []).filter((subject) => !covers(wanted, subject))

const edit = (flags: string) => `\`nats stream edit NAME ${flags}\``
const anew = "cannot be changed: make another stream, or restore a backup of this one with another `--config`"

const unusable: ReadonlyArray<StreamSetting> = [
  {
    name: "mirror",
    when: "set",
    verdict: "unusable",
    effect: "it copies another stream, and takes no events",
    cure: edit("--no-mirror --subjects \"SUBJECTS\""),
    found: given("mirror")("it is a mirror of another stream (mirror)")
  },
  {
    name: "subjects",
    when: "none of them covers all subjects of events",
    verdict: "unusable",
    effect: "some events, or all, are not stored",
    cure: edit("--subjects \"SUBJECTS\""),
    found: ({ name, subjects }, wanted) => {
      const patterns = subjects ?? []
      return patterns.some((pattern) => covers(pattern, wanted))
        ? undefined
        : `stream ${name} stores ${patterns.length === 0 ? "no subjects" : patterns.join(", ")}, needed is ${wanted}`
    }
  },
  {
    name: "subject_transform",
    when: "set",
    verdict: "unusable",
    effect: "events are acknowledged and stored under other subjects, where nobody finds them",
    cure: edit("--no-transform"),
    found: given("subject_transform")("it stores events under other subjects (subject_transform)")
  },
  {
    name: "retention",
    when: "other than `limits`",
    verdict: "unusable",
    effect: "events vanish when they were consumed, or at once when nobody consumes them",
    cure: `${edit("--retention limits")}; a work queue ${anew}`,
    found: ({ retention }) =>
      retention === undefined || retention === "limits" ? undefined : `events vanish from it (retention ${retention})`
  },
  {
    name: "sealed",
    when: "on",
    verdict: "unusable",
    effect: "nothing more is stored",
    cure: anew,
    found: on("sealed")("it is sealed, and takes nothing more (sealed)")
  },
  {
    name: "no_ack",
    when: "on",
    verdict: "unusable",
    effect: "nothing is confirmed",
    cure: edit("--ack"),
    found: on("no_ack")("it does not confirm what it stores (no_ack)")
  },
  {
    name: "allow_msg_counter",
    when: "on",
    verdict: "unusable",
    effect: "it takes increments of counters, and no events",
    cure: anew,
    found: on("allow_msg_counter")("it counts, and takes no events (allow_msg_counter)")
  },
  {
    name: "sources",
    when: "set",
    verdict: "unusable",
    effect: "other streams write into it, past the guard that every append relies on",
    cure: "take the sources out once they are copied: `nats stream edit NAME --config FILE`",
    found: ({ sources }) =>
      Array.isArray(sources) && sources.length > 0 ? "other streams write into it (sources)" : undefined
  },
  {
    name: "subject_delete_marker_ttl",
    when: "set",
    verdict: "unusable",
    effect: "where events are deleted or expire, the broker writes messages under their subjects that are no events",
    cure: edit("--subject-del-markers-ttl 0s"),
    found: ({ subject_delete_marker_ttl: ttl }) =>
      isSet(ttl) ? "the broker writes markers among its events (subject_delete_marker_ttl)" : undefined
  }
]

const warnings: ReadonlyArray<StreamSetting> = [
  {
    name: "subjects",
    when: "other ones besides",
    verdict: "warning",
    effect: "what is published there is stored, too, and answered by the broker",
    cure: edit("--subjects \"SUBJECTS\""),
    found: (config, wanted) => {
      const others = othersOf(config, wanted)
      return others.length > 0 ? `also stores ${others.join(", ")}` : undefined
    }
  },
  {
    name: "max_age",
    when: "more than 0",
    verdict: "warning",
    effect: "forgets events by their age",
    cure: edit("--max-age 0"),
    found: ({ max_age: age }) =>
      isSet(age) ? `forgets events older than ${Duration.format(Duration.millis(age / 1e6))} (max_age)` : undefined
  },
  {
    name: "max_msgs",
    when: "more than 0, with `discard` `old`",
    verdict: "warning",
    effect: "forgets the oldest events beyond a number",
    cure: edit("--max-msgs=-1"),
    found: ({ discard, max_msgs: count }) =>
      isSet(count) && discard !== "new" ? `keeps at most ${count} events (max_msgs)` : undefined
  },
  {
    name: "max_bytes",
    when: "more than 0, with `discard` `old`",
    verdict: "warning",
    effect: "forgets the oldest events beyond a size",
    cure: edit("--max-bytes=-1"),
    found: ({ discard, max_bytes: bytes }) =>
      isSet(bytes) && discard !== "new"
        ? `forgets the oldest events beyond ${bytes} bytes (max_bytes with discard old)`
        : undefined
  },
  {
    name: "max_msgs_per_subject",
    when: "more than 0",
    verdict: "warning",
    effect: "forgets events of an organization by their type, or takes no more of them (`discard_new_per_subject`)",
    cure: edit("--max-msgs-per-subject=-1"),
    found: ({ discard_new_per_subject: refuses, max_msgs_per_subject: count }) =>
      isSet(count)
        ? `${refuses === true ? "takes" : "keeps"} at most ${count} events per subject (max_msgs_per_subject)`
        : undefined
  },
  {
    name: "storage",
    when: "`memory`",
    verdict: "warning",
    effect: "events are lost when the broker stops",
    cure: anew,
    found: ({ storage }) =>
      storage === "memory" ? "is kept in memory: events are lost when the server stops" : undefined
  },
  {
    name: "persist_mode",
    when: "`async`",
    verdict: "warning",
    effect: "an event can be acknowledged and lost when the broker ends unasked; several events are not stored at once",
    cure: anew,
    found: ({ persist_mode: mode }) => mode === "async" ? "confirms before it stores (persist_mode async)" : undefined
  },
  {
    name: "allow_msg_ttl",
    when: "on",
    verdict: "warning",
    effect: "whoever may publish there can make an event that expires",
    cure: `${anew}; or let nobody but the service publish there`,
    found: on("allow_msg_ttl")("lets a message header expire events (allow_msg_ttl)")
  },
  {
    name: "allow_rollup_hdrs",
    when: "on",
    verdict: "warning",
    effect: "whoever may publish there can purge events",
    cure: edit("--no-allow-rollup"),
    found: on("allow_rollup_hdrs")("lets a message header purge events (allow_rollup_hdrs)")
  },
  {
    name: "allow_msg_schedules",
    when: "on",
    verdict: "warning",
    effect: "whoever may publish there can have the broker write later, past the guard of appends",
    cure: `${anew}; or let nobody but the service publish there`,
    found: on("allow_msg_schedules")(
      "lets a message header write later, past the guard of appends (allow_msg_schedules)"
    )
  },
  {
    name: "mirror_direct",
    when: "on",
    verdict: "warning",
    effect: "mirrors answer reads, so that they are stale, and made again, more often",
    cure: edit("--no-allow-mirror-direct"),
    found: on("mirror_direct")("lets mirrors answer reads (mirror_direct): reads are stale more often")
  },
  {
    name: "num_replicas",
    when: "fewer than the cluster has brokers, up to 3",
    verdict: "warning",
    effect: "what the one broker loses is lost, and while it is away nothing is stored",
    cure: edit("--replicas 3")
  }
]

const harmless: ReadonlyArray<StreamSetting> = [
  fine("name", "it is what `STREAM_NAME` says"),
  fine("description", "nothing"),
  fine("metadata", "nothing"),
  fine("template_owner", "nothing; brokers from 2.14 on do not know it"),
  fine("allow_direct", "switched on where the login may do that; without it reads are slower"),
  fine("allow_atomic", "switched on where the login may do that; without it several events are not stored at once"),
  fine("allow_batched", "nothing: the service does not use it"),
  fine("discard", "with limits: `old` forgets the oldest events, `new` takes no more of them (`STORE_UNAVAILABLE`)"),
  fine("discard_new_per_subject", "see `max_msgs_per_subject`"),
  fine("max_msg_size", "an event that is larger is answered `LIMIT_EXCEEDED`"),
  fine("max_consumers", "beyond it replicas do not watch what others append, and `organization tail` does not start"),
  fine("consumer_limits", "as `max_consumers`"),
  fine("duplicate_window", "nothing: commands are recognised by the events"),
  fine("deny_delete", "protects the events"),
  fine("deny_purge", "protects the events"),
  fine("compression", "smaller files"),
  fine("first_seq", "events are counted from there"),
  fine("placement", "on which brokers it is"),
  fine("republish", "events are also published elsewhere")
]

/** The table: what is unusable first, then what is warned of, then the rest. */
export const streamSettings: ReadonlyArray<StreamSetting> = [...unusable, ...warnings, ...harmless]

const known = new Set(streamSettings.map(({ name }) => name))

/** A default that a newer broker tells of says nothing. */
const saysSomething = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.keys(value).length > 0
    : value !== false && value !== 0 && value !== "" && isPresent(value)

/** Settings that endanger an event log. None of them is changed: they are the operator's. */
export const streamSettingsWarnings = (config: StreamConfig, subjects: string): ReadonlyArray<string> => [
  ...warnings.flatMap(({ found }) => found?.(config, subjects) ?? []).map((text) => `stream ${config.name}: ${text}`),
  ...Object.keys(config)
    .filter((name) => !known.has(name) && saysSomething(config[name]))
    .map((name) => `stream ${config.name}: has a setting that this release does not know (${name})`)
]

/** Part of its room at which a stream that refuses what is more is said to be nearly full. */
const nearlyFull = 0.9

/** What is to be said of how full a stream is that takes no more when it is. */
export const fillWarnings = ({ config, state }: StreamInfo): ReadonlyArray<string> => {
  const { discard, max_bytes: bytes, max_msgs: count, name } = config
  if (discard !== "new") return []
  const isNearly = (used: number | undefined, room: number | undefined) =>
    isSet(room) && used !== undefined && used >= room * nearlyFull
  return [
    isNearly(state.bytes, bytes) ? `of max_bytes (${bytes})` : undefined,
    isNearly(state.messages, count) ? `of max_msgs (${count})` : undefined
  ].flatMap((what) =>
    what === undefined
      ? []
      : `stream ${name}: more than ${nearlyFull * 100} % ${what} is used: it will take no more events`
  )
}

/** Why a stream cannot hold these subjects, and what to do about it, `undefined` when it can. */
export const streamSettingsProblem = (config: StreamConfig, subjects: string): string | undefined =>
  problemAmong(unusable, config, subjects)

/** Why these subjects are not in a stream at all: for those who only read it, and for one that need not be kept. */
export const coverageProblem = (config: StreamConfig, subjects: string): string | undefined =>
  problemAmong(unusable.filter(({ name }) => name === "subjects" || name === "mirror"), config, subjects)

const problemAmong = (rows: ReadonlyArray<StreamSetting>, config: StreamConfig, subjects: string) => {
  for (const { cure = "", found } of rows) {
    const problem = found?.(config, subjects)
    if (problem === undefined) continue
    const toDo = cure.replaceAll("`", "").replaceAll("NAME", () => config.name).replaceAll("SUBJECTS", () => subjects)
    return `${problem}: ${toDo}`
  }
  return undefined
}

/** Settings that lose snapshots. Where the events are kept for ever that costs time, elsewhere it costs organizations. */
export const snapshotSettingsWarnings = (config: StreamConfig, subjects?: string): ReadonlyArray<string> => {
  const problem = subjects === undefined ? undefined : streamSettingsProblem(config, subjects)
  return [
    ...(problem === undefined ? [] : [`stream ${config.name} keeps no snapshots: ${problem}`]),
    ...[
      { forgets: isSet(config.max_age), name: "max_age" },
      { forgets: isSet(config.max_msgs) && config.discard !== "new", name: "max_msgs" },
      { forgets: isSet(config.max_bytes) && config.discard !== "new", name: "max_bytes" },
      { forgets: config.storage === "memory", name: "memory storage" }
    ].filter(({ forgets }) => forgets).map(({ name }) => `stream ${config.name}: forgets snapshots (${name})`)
  ]
}
