import { plantsIn } from "./Plant.ts"

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
      "SnapshotKeeper.ts",
      "a snapshot names the version after its own",
      `({ aggregateId, ...cursor, eventId`,
      `({ aggregateId, ...cursor, version: cursor.version + 1, eventId`
    ],
    [
      "ColdAttempt.ts",
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
