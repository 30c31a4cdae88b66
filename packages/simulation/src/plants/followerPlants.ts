import { plantsIn } from "./Plant.ts"

/** Faults of what others append and a cache is shown. */
export const followerPlants = [
  ...plantsIn("follower", "event-sourcing/src/aggregate", [
    [
      "StateCache.ts",
      "an event that lies further ahead is taken",
      `if (recorded.version > version) {`,
      `if (recorded.version > version + 1_000_000) {`
    ],
    [
      "StateCache.ts",
      "a state moves on without the event",
      `state: decider.evolve(cached.state, events.decode(recorded), position, recorded.command),`,
      `state: cached.state,`
    ]
  ]),
  ...plantsIn("follower", "nats/src/events", [
    [
      "observeEvents.ts",
      "an event is shown at the place of the one before",
      `          position,\n          bytes`,
      `          position: position - 1,\n          bytes`
    ]
  ])
]
