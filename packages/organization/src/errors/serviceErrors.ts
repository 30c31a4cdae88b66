import { Schema } from "effect"
import { errorKind } from "./errorKind.ts"

const retryable = { retryable: true }

/** Reasons that lie with limits, permissions or the service rather than with the command. */
export const serviceErrors = {
  LimitExceeded: errorKind(
    "LimitExceeded",
    "limit",
    { limit: Schema.String, max: Schema.Int, actual: Schema.Int },
    (details) => `Limit exceeded: ${details.limit} is at most ${details.max}, this is ${details.actual}`
  ),
  PermissionDenied: errorKind(
    "PermissionDenied",
    "authorization",
    { actor: Schema.NullOr(Schema.String), action: Schema.String },
    (details) => `Permission denied: ${details.actor ?? "nobody"} may not ${details.action}`
  ),
  UpgradeRequired: errorKind(
    "UpgradeRequired",
    "unavailable",
    { event_type: Schema.String, schema_version: Schema.NullOr(Schema.Int) },
    (details) => `Upgrade required: this replica cannot read event ${details.event_type}`,
    retryable
  ),
  CommandNotSupported: errorKind(
    "CommandNotSupported",
    "unavailable",
    { command_type: Schema.String, supported: Schema.Array(Schema.String) },
    (details) => `Command not supported: ${details.command_type}`
  ),
  ReadModelBehind: errorKind(
    "ReadModelBehind",
    "unavailable",
    { wanted: Schema.Int, actual: Schema.Int },
    (details) => `Read model behind: it is at ${details.actual}, wanted ${details.wanted}`,
    retryable
  ),
  StoreUnavailable: errorKind(
    "StoreUnavailable",
    "unavailable",
    { reason: Schema.String },
    (details) => `Store unavailable: ${details.reason}`,
    retryable
  ),
  Overloaded: errorKind(
    "Overloaded",
    "unavailable",
    { limit: Schema.Int },
    (details) => `Overloaded: ${details.limit} commands are in flight, or as many large ones as there is room for`,
    retryable
  ),
  StreamUnreadable: errorKind(
    "StreamUnreadable",
    "internal",
    { sequence: Schema.Int },
    (details) => `Stream unreadable: the event at sequence ${details.sequence} is not JSON`
  ),
  HistoryTruncated: errorKind(
    "HistoryTruncated",
    "internal",
    { first_version: Schema.Int },
    (details) => `History truncated: the first event left has version ${details.first_version}`
  ),
  Internal: errorKind("Internal", "internal", {}, () => "Internal error")
}
