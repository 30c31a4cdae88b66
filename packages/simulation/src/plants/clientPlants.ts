import { plantsIn } from "./Plant.ts"

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
