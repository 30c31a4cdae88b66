import { plantsIn } from "./Plant.ts"

/** Faults of the states over a store. */
export const aggregatePlants = plantsIn("aggregate", "event-sourcing/src/aggregate", [
  [
    "Aggregate.ts",
    "what is cached after a conflict counts as confirmed",
    `Effect.succeed({ ...cached, confirmed: false }) : refresh(loaded)`,
    `Effect.succeed({ ...cached, confirmed: true }) : refresh(loaded)`
  ],
  [
    "Aggregate.ts",
    "what is cached counts as confirmed",
    `return cached?.confirmed === true ? { ...cached, confirmed: false } : cached`,
    `return cached === undefined ? undefined : { ...cached, confirmed: true }`
  ],
  [
    "Aggregate.ts",
    "what came after a state is confirmed, and not folded",
    `{ ...loaded, ...(yield* cold.foldOn(aggregateId, loaded, history, false)), confirmed: true }`,
    `{ ...loaded, cursor: history.head, confirmed: true }`
  ],
  [
    "folding.ts",
    "the last of several events is left out",
    `for (const recorded of events) {`,
    `for (const recorded of events.slice(0, Math.max(1, events.length - 1))) {`
  ],
  [
    "folding.ts",
    "what a command asked for is not remembered from the history",
    `recorded.position, recorded.command)`,
    `recorded.position)`
  ]
])

/** Faults of what others append and a cache is shown. */
export const followerPlants = [
  ...plantsIn("follower", "event-sourcing/src/aggregate", [
    [
      "stateCache.ts",
      "an event that lies further ahead is taken",
      `if (recorded.version > version) {`,
      `if (recorded.version > version + 1_000_000) {`
    ],
    [
      "stateCache.ts",
      "a state moves on without the event",
      `state: decider.evolve(cached.state, events.decode(recorded), position, recorded.command),`,
      `state: cached.state,`
    ]
  ]),
  ...plantsIn("follower", "nats/src/events", [
    [
      "ObserveEvents.ts",
      "an event is shown at the place of the one before",
      `          position,\n          bytes`,
      `          position: position - 1,\n          bytes`
    ]
  ])
]

/** Faults of the event store on JetStream. */
export const adapterPlants = [
  ...plantsIn("store adapter", "nats/src/events", [
    ["submit.ts", "events are stored after whatever is there", `index === 0 ? guard : ""`, `""`],
    [
      "SharedBatches.ts",
      "what shares a batch is told the place of another one",
      `      last += messages.length\n      onAck(Result.succeed(last))`,
      `      onAck(Result.succeed(last + 1))\n      last += messages.length`
    ],
    [
      "SharedBatches.ts",
      "two appends of one organization share a batch",
      `!aggregates.has(aggregateId)`,
      `true`
    ],
    [
      "submit.ts",
      "events of one command are told to be where the first one is",
      `events.map(() => (position += 1))`,
      `events.map(() => position + 1)`
    ],
    [
      "Gathered.ts",
      "a history with a gap is complete",
      `if (event.version !== version && !(event.version === undefined && this.foreignTrusted)) break`,
      `if (event.version === undefined && !this.foreignTrusted) break`
    ],
    [
      "ReadHistory.ts",
      "what any broker says is believed",
      `source.lease.confirm(\n        StreamApi.leaderMessage(source.main, source.stream, { last_by_subj: filter })\n      )`,
      `Effect.flatMap(directGetLast(source.bulk, source.stream, [filter]), (all) => all.length === 0 ? Effect.undefined : StreamApi.leaderMessage(source.main, source.stream, { seq: Math.max(...all.map((each) => fromDirect(source.prefix, each).position)) }))`
    ],
    [
      "AppendFailures.ts",
      "an acknowledgement that cannot be read is a refusal",
      `return isUnverified(error) || (stream.isShared() && isRefusal(error))`,
      `return (stream.isShared() && isRefusal(error))`
    ]
  ]),
  ...plantsIn("store adapter", "nats/src/stream", [
    ["LeaderLease.ts", "every leader is believed", `isAlone() ? read : confirmed(read)`, `read`],
    [
      "ApiError.ts",
      "another copy that is being stored is a conflict",
      `return new BeingStored({ detail: text })`,
      `return new WrongLastSequence({ detail: text })`
    ],
    ["AtomicBatch.ts", "an id that is known is taken for stored", `ack.duplicate === true\n`, `ack.seq < 0\n`]
  ]),
  ...plantsIn("store adapter", "nats/src/connection", [
    [
      "NatsError.ts",
      "an append without an answer is a conflict",
      `    case "Unanswered":\n    case "AnsweredElsewhere":\n    case "AlreadySeen":\n      return operation._tag === "Append"`,
      `    case "Unanswered":\n      return operation._tag === "Append" ? new Store.VersionConflict({ aggregateIds: operation.aggregateIds }) : new Store.StoreUnavailable({ detail: reason.message })\n    case "AnsweredElsewhere":\n    case "AlreadySeen":\n      return operation._tag === "Append"`
    ]
  ])
]

/** Faults of snapshots. */
export const snapshotPlants = [
  ...plantsIn("snapshots", "event-sourcing/src/aggregate", [
    [
      "restoring.ts",
      "a snapshot of another release is believed",
      `if (fingerprint !== states.fingerprint) {`,
      `if (fingerprint === "") {`
    ],
    [
      "snapshotKeeper.ts",
      "a snapshot names the version after its own",
      `({ aggregateId, ...cursor, eventId`,
      `({ aggregateId, ...cursor, version: cursor.version + 1, eventId`
    ],
    [
      "coldAttempt.ts",
      "what came after a snapshot is left out",
      `const current = yield* foldAll(aggregateId, folded, yield* Effect.fromResult(read), size)`,
      `const current = { ...folded, cursor: (yield* Effect.fromResult(read)).head }`
    ]
  ]),
  ...plantsIn("snapshots", "nats/src/snapshots", [
    [
      "SnapshotParts.ts",
      "a snapshot that was changed is believed",
      `checksumOf(facts, state) === manifest.checksum ?`,
      `manifest.checksum !== "" ?`
    ],
    [
      "SnapshotWrites.ts",
      "a snapshot takes the place of a newer one",
      `current !== undefined && isNewer(current, snapshot)`,
      `false`
    ]
  ])
]
