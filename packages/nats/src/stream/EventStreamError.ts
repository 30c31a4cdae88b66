import { Schema } from "effect"
import type { NatsError } from "../connection/NatsError.ts"

/** The broker is too old to keep the promises of an append. An operator has to upgrade it. */
export class BrokerTooOld extends Schema.TaggedError<BrokerTooOld>()("BrokerTooOld", {
  found: Schema.String,
  needed: Schema.String,
  where: Schema.String
}) {
  override get message() {
    return `nats-server ${this.found} is too old (${this.where}): ${this.needed} is needed`
  }
}

/** A stream of that name cannot hold the events. An operator has to change it. */
export class StreamUnusable extends Schema.TaggedError<StreamUnusable>()("StreamUnusable", {
  stream: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `stream ${this.stream} cannot be used: ${this.problem}`
  }
}

/** Why a stream cannot be had. A `NatsError` is one that waiting does not cure, such as a refused permission. */
export type EventStreamError = BrokerTooOld | StreamUnusable | NatsError
