import { plantsIn } from "./Plant.ts"

/** Faults of what is stored. */
export const codecPlants = plantsIn("codecs", "commands/src", [
  [
    "memory/RecentCommands.ts",
    "what a command asked for is forgotten when it is read",
    `digest: (what & digested) === 0 ? null :`,
    `digest: (what & digested) === 0 || words.length > 0 ? null :`
  ],
  [
    "memory/RecentCommands.ts",
    "the position of a remembered event is that of the one before",
    `words[at + positionAt + 1] = position`,
    `words[at + positionAt + 1] = position - 1`
  ],
  [
    "history/makeStateCodec.ts",
    "a snapshot does not know when something last happened",
    `        updated_at: state.updated_at,\n        ...of(state),`,
    `        updated_at: null,\n        ...of(state),`
  ],
  [
    "history/commandIdOf.ts",
    "an event names its own id as that of its command",
    `identity.message_id === event_id ? identity.causation_id : identity.message_id`,
    `identity.message_id`
  ],
  [
    "history/makeStateCodec.ts",
    "a snapshot says that nothing is unknown",
    `anomalies: state.anomalies\n      })),`,
    `anomalies: { ...state.anomalies, count: 0 }\n      })),`
  ]
])
