import { plantsIn } from "./Plant.ts"

/** Faults of what is said to requesters. */
export const protocolPlants = [
  ...plantsIn("protocol", "commands/src", [
    [
      "protocol/CommandReply.ts",
      "a repetition is told to be applied",
      `    status: "ok",\n    outcome,`,
      `    status: "ok",\n    outcome: outcome === "duplicate" ? "applied" : outcome,`
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
      `expected_version === null || expected_version === version`,
      `expected_version === null || expected_version <= version`
    ],
    [
      "definition/makeRepetition.ts",
      "other content under a known id is a repetition",
      `digest === null || digest === digestOf(`,
      `digest !== undefined || digest === digestOf(`
    ],
    [
      "definition/makeRepetition.ts",
      "a command that was carried out is not known",
      `if (recent !== undefined) return repeated(catalog, recent, command)`,
      `if (recent !== undefined && recent.events.length > 1) return repeated(catalog, recent, command)`
    ],
    [
      "definition/completeEvent.ts",
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
