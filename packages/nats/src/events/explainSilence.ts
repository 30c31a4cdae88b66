import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect } from "effect"
import { type NatsError, type StoreOperation, toStoreError } from "../connection/NatsError.ts"
import type { EventStream } from "../stream/EventStream.ts"

/** Fails as the operation did. A stream that says nothing has no leader at the moment, or is gone: then it is looked at before. */
export const explainSilence = (
  stream: EventStream["Service"],
  error: NatsError,
  operation: StoreOperation
): Effect.Effect<never, StoreError> =>
  error.reason._tag === "NoResponders" || error.reason._tag === "AnsweredElsewhere"
    ? Effect.andThen(stream.checkUse, Effect.fail(toStoreError(error, operation)))
    : Effect.fail(toStoreError(error, operation))
