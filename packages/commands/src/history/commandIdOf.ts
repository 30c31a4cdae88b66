import type { AnyEvent } from "../definition/EventCatalog.ts"

/**
 * The command that an event came from. An event that carries its command's identity unchanged, as first writers did, has
 * another message id than its own.
 */
export const commandIdOf = ({ event_id, identity }: Pick<AnyEvent, "event_id" | "identity">): string =>
  identity.message_id === event_id ? identity.causation_id : identity.message_id
