/** The settings of a stream, in the words of the JetStream API; those that the broker does not look at are kept as they came. */
export interface StreamConfig {
  readonly name: string
  readonly subjects: ReadonlyArray<string>
  readonly retention: string
  readonly storage: string
  readonly discard: "old" | "new"
  readonly discard_new_per_subject?: boolean
  readonly max_msgs: number
  readonly max_bytes: number
  /** Nanoseconds, 0 = for ever. */
  readonly max_age: number
  readonly max_msgs_per_subject: number
  readonly max_msg_size: number
  readonly num_replicas: number
  /** Nanoseconds. */
  readonly duplicate_window: number
  readonly allow_direct: boolean
  readonly allow_atomic?: boolean | undefined
  readonly sealed: boolean
  readonly deny_delete: boolean
  readonly deny_purge: boolean
  readonly no_ack?: boolean
  readonly metadata: Readonly<Record<string, string>>
  readonly [setting: string]: unknown
}

const nanosPerMinute = 60_000_000_000
const duplicateWindowDefault = 2 * nanosPerMinute

/** What the broker says of itself in the metadata of each stream. */
const ownMetadata = { "_nats.level": "5", "_nats.req.level": "0", "_nats.ver": "2.15.1" }

/** Level of the API that a setting needs. */
const neededLevel = (asked: Readonly<Record<string, unknown>>): string =>
  asked["allow_atomic"] === true ? "2" : asked["allow_msg_ttl"] === true ? "1" : "0"

const limit = (value: unknown): number => typeof value === "number" && value !== 0 ? value : -1

/** The settings that a request asks for, with what the broker puts where nothing was said. */
export const configOf = (asked: Readonly<Record<string, unknown>>): StreamConfig => {
  const age = typeof asked["max_age"] === "number" ? asked["max_age"] : 0
  const window = typeof asked["duplicate_window"] === "number" && asked["duplicate_window"] > 0
    ? asked["duplicate_window"]
    : age > 0
    ? Math.min(age, duplicateWindowDefault)
    : duplicateWindowDefault
  const metadata = typeof asked["metadata"] === "object" ? asked["metadata"] as StreamConfig["metadata"] | null : null
  return {
    retention: "limits",
    storage: "file",
    discard: "old",
    compression: "none",
    allow_direct: false,
    mirror_direct: false,
    sealed: false,
    deny_delete: false,
    deny_purge: false,
    allow_rollup_hdrs: false,
    consumer_limits: {},
    allow_msg_ttl: false,
    ...asked,
    name: String(asked["name"]),
    subjects: Array.isArray(asked["subjects"]) ? asked["subjects"].map(String) : [String(asked["name"])],
    max_consumers: limit(asked["max_consumers"]),
    max_msgs: limit(asked["max_msgs"]),
    max_bytes: limit(asked["max_bytes"]),
    max_age: age,
    max_msgs_per_subject: limit(asked["max_msgs_per_subject"]),
    max_msg_size: limit(asked["max_msg_size"]),
    num_replicas: typeof asked["num_replicas"] === "number" && asked["num_replicas"] > 0 ? asked["num_replicas"] : 1,
    duplicate_window: window,
    // What is off and was not there in the first version is not said.
    ...(asked["allow_atomic"] === false ? { allow_atomic: undefined } : {}),
    metadata: { ...metadata, ...ownMetadata, "_nats.req.level": neededLevel(asked) }
  }
}

/** Whether two of them ask for the same; what the broker notes itself does not count. */
export const isSameConfig = (one: StreamConfig, other: StreamConfig): boolean => canonical(one) === canonical(other)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
        Object.entries(inner).filter(([, each]) => each !== false && each !== undefined).toSorted(([a], [b]) =>
          a < b ? -1 : 1
        )
      )
      : inner)
