import { startReadyReplica } from "@cim-domain/testbed/startReplica"

/** Starts a replica that gives up on a command soon, and waits until it serves. */
export const serving = (env: Readonly<Record<string, string>>) =>
  startReadyReplica({ COMMAND_TIMEOUT_MS: "1000", ...env })
