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
    "history/StateCodec.ts",
    "a snapshot does not know when something last happened",
    `        updated_at: state.updated_at,\n        ...of(state),`,
    `        updated_at: null,\n        ...of(state),`
  ],
  [
    "history/EventCodec.ts",
    "an event names its own id as that of its command",
    `identity.message_id === event_id ? identity.causation_id : identity.message_id`,
    `identity.message_id`
  ],
  [
    "history/StateCodec.ts",
    "a snapshot says that nothing is unknown",
    `anomalies: state.anomalies\n      })),`,
    `anomalies: { ...state.anomalies, count: 0 }\n      })),`
  ]
])

/** Faults of what is said to requesters. */
export const protocolPlants = [
  ...plantsIn("protocol", "commands/src", [
    [
      "protocol/CommandReply.ts",
      "a repetition is told to be applied",
      `      status: "ok",\n      outcome,`,
      `      status: "ok",\n      outcome: outcome === "duplicate" ? "applied" : outcome,`
    ],
    [
      "protocol/CommandReply.ts",
      "a wrong id is told to be created",
      `created_id: recorded ?? (isCreated ? request.createdId : null)`,
      `created_id: request.createdId === null ? null : request.commandId`
    ],
    [
      "protocol/CommandReply.ts",
      "an answer has no correlation",
      `if (reply.correlation_id !== null) headers["X-Correlation-ID"] = reply.correlation_id`,
      `if (reply.status === "error" && reply.correlation_id !== null) headers["X-Correlation-ID"] = reply.correlation_id`
    ],
    [
      "protocol/CommandReply.ts",
      "an answer names the sequence of the first event",
      `stream_sequence: last === undefined ? null : sequenceOf(last),`,
      `stream_sequence: last === undefined ? null : sequenceOf(events[0]!) - (events.length === 1 ? 1 : 0),`
    ],
    [
      "definition/makeDecide.ts",
      "an older version than expected is as good",
      `expected_version === null || expected_version === state.version`,
      `expected_version === null || expected_version <= state.version`
    ],
    [
      "definition/makeDecide.ts",
      "other content under a known id is a repetition",
      `digest === null || digest === digestOf(`,
      `digest !== undefined || digest === digestOf(`
    ],
    [
      "definition/makeDecide.ts",
      "a command that was carried out is not known",
      `if (recent !== undefined) return repeated(recent, command)`,
      `if (recent !== undefined && recent.events.length > 1) return repeated(recent, command)`
    ],
    [
      "definition/makeDecide.ts",
      "time runs backwards with the clock",
      `occurred_at: state.updated_at !== null && state.updated_at > now ? state.updated_at : now`,
      `occurred_at: now`
    ],
    [
      "protocol/CommandHeaders.ts",
      "a dry run is carried out",
      `dryRun: checked("X-Dry-Run", decodeFlag) === "true"`,
      `dryRun: checked("X-Dry-Run", decodeFlag) === "never"`
    ],
    [
      "replica/answerableError.ts",
      "what may be stored is told to be too large",
      `if (mayBeStored === true) return notConfirmed`,
      `if (mayBeStored === true) return limitExceeded("event_bytes", 1, 2)`
    ]
  ]),
  ...plantsIn("protocol", "nats/src/commands", [
    [
      "Responder.ts",
      "one answer in ten is sent twice",
      `if (Exit.isSuccess(exit)) return send(message, incoming, exit.value)`,
      `if (Exit.isSuccess(exit)) {\n          if (message.data.length % 10 === 0) send(message, incoming, exit.value)\n          return send(message, incoming, exit.value)\n        }`
    ],
    [
      "Responder.ts",
      "one answer in ten is not sent",
      `if (Exit.isSuccess(exit)) return send(message, incoming, exit.value)`,
      `if (Exit.isSuccess(exit)) return message.data.length % 10 === 0 ? undefined : send(message, incoming, exit.value)`
    ]
  ])
]

/** Faults of the client. */
export const clientPlants = [
  ...plantsIn("client", "event-sourcing/src/client", [
    [
      "CommandClient.ts",
      "a command is sent again under another id",
      `attempt(traced, timeout)`,
      `attempt(attempts === 1 ? traced : { ...traced, body: traced.body.replaceAll(commandId, commandId.slice(0, -1) + (commandId.endsWith("0") ? "1" : "0")) }, timeout)`
    ],
    [
      "CommandClient.ts",
      "a command is given up after the first try",
      `if (!reason.isRetryable || (yield* remainingMillis) === 0)`,
      `if (attempts > 0)`
    ]
  ]),
  ...plantsIn("client", "commands/src/client", [
    [
      "answerReader.ts",
      "an answer to try later is taken for good",
      `if (reply.status === "ok" || !reply.failure.retryable)`,
      `if (reply.status === "ok" || reply.failure.code !== "")`
    ]
  ])
]
