import { plantsIn } from "./Plant.ts"

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
      "readHistory.ts",
      "what any broker says is believed",
      `source.lease.confirm(\n        StreamApi.leaderMessage(source.main, source.stream, { last_by_subj: filter })\n      )`,
      `Effect.flatMap(directGetLast(source.bulk, source.stream, [filter]), (all) => all.length === 0 ? Effect.undefined : StreamApi.leaderMessage(source.main, source.stream, { seq: Math.max(...all.map((each) => fromDirect(source.prefix, each).position)) }))`
    ]
  ]),
  ...plantsIn("store adapter", "nats/src/stream", [
    ["LeaderLease.ts", "every leader is believed", `isAlone() ? read : confirmed(read)`, `read`],

    ["publishAtomicBatch.ts", "an id that is known is taken for stored", `ack.duplicate === true\n`, `ack.seq < 0\n`]
  ]),
  ...plantsIn("store adapter", "nats/src/connection", [
    [
      "NatsError.ts",
      "another copy that is being stored is an append of its own without an answer",
      `? new Store.CopyBeingStored({ aggregateIds: operation.aggregateIds })`,
      `? new Store.AppendUnconfirmed({ aggregateIds: operation.aggregateIds, detail: reason.message, alreadySeen: false })`
    ],
    [
      "NatsError.ts",
      "an append without an answer is a conflict",
      `    case "Unanswered":\n    case "AnsweredElsewhere":\n    case "AlreadySeen":\n      return operation._tag === "Append"`,
      `    case "Unanswered":\n      return operation._tag === "Append" ? new Store.VersionConflict({ aggregateIds: operation.aggregateIds }) : new Store.StoreUnavailable({ detail: reason.message })\n    case "AnsweredElsewhere":\n    case "AlreadySeen":\n      return operation._tag === "Append"`,
      "what is found of it is told to be a repetition, and its guard holds"
    ]
  ])
]
