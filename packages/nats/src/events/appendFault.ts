import type { AppendParts } from "@cim-domain/event-sourcing/Append"
import { isSubjectToken, noToken } from "./EventMessage.ts"

/** What makes an append one that would be stored as another, or not be known again: a fault of the program. */
export const appendFault = (parts: AppendParts): Error | undefined => {
  for (const { aggregateId, events } of parts) {
    if (!isSubjectToken(aggregateId)) return noToken(aggregateId)
    for (const { id, token, type } of events) {
      if (id === "") return new Error(`an event has an id, unlike this ${type}`)
      if (!isSubjectToken(token)) {
        return new Error(
          `an event token is one subject token, without spaces, dots and wildcards: ${JSON.stringify(token)}`
        )
      }
    }
  }
  return undefined
}
