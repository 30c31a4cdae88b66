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
    "Folding.ts",
    "the last of several events is left out",
    `for (const recorded of events) {`,
    `for (const recorded of events.slice(0, Math.max(1, events.length - 1))) {`
  ],
  [
    "Folding.ts",
    "what a command asked for is not remembered from the history",
    `recorded.position, recorded.command)`,
    `recorded.position)`
  ]
])
