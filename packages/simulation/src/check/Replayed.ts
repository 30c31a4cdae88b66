import { apply } from "../model/apply.ts"
import { type Fields, isFields, readJson } from "../model/Json.ts"
import { absent, type ModelOrganization } from "../model/ModelOrganization.ts"
import type { StoredMessage } from "./History.ts"

/** An event of the stream, read. */
export interface ReplayedEvent {
  readonly message: StoredMessage
  readonly commandId: string
  readonly type: string
  /** `null` when the event cannot be read. */
  readonly data: Fields | null
  /** Its place in the organization, whatever its headers say. */
  readonly version: number
}

/** One organization as the model makes it from the stream. */
export interface Replayed {
  readonly organizationId: string
  readonly events: ReadonlyArray<ReplayedEvent>
  /** The organization at each version: one more than there are events. */
  readonly states: ReadonlyArray<ModelOrganization>
}

/** The organization that a message is about, by its subject. */
export const organizationOf = (message: StoredMessage): string => message.subject.split(".").at(-2) ?? ""

/** Replays a stream. */
export const replayStream = (stream: ReadonlyArray<StoredMessage>): ReadonlyMap<string, Replayed> => {
  const found = new Map<
    string,
    { organizationId: string; events: Array<ReplayedEvent>; states: Array<ModelOrganization> }
  >()
  for (const message of stream) {
    const organizationId = organizationOf(message)
    const replayed = found.get(organizationId) ?? { organizationId, events: [], states: [absent(organizationId)] }
    found.set(organizationId, replayed)
    const header = (name: string) => message.headers[name] ?? ""
    const read = readJson(message.data)
    const data = isFields(read) ? read : null
    const type = header("X-Event-Type")
    const commandId = header("X-Command-ID")
    const version = replayed.events.length + 1
    replayed.events.push({ message, commandId, type, data, version })
    replayed.states.push(applied(replayed.states.at(-1)!, { type, data: data ?? {} }, {
      commandId,
      commandType: header("X-Command-Type"),
      digest: message.headers["X-Command-Digest"] ?? null,
      eventId: header("Nats-Msg-Id"),
      eventType: type,
      version,
      sequence: message.sequence
    }))
  }
  return found
}

/** What is no event of ours changes nothing, whatever it is: that it is there is found elsewhere. */
const applied: typeof apply = (organization, event, entry) => {
  try {
    return apply(organization, event, entry)
  } catch {
    return { ...organization, version: organization.version + 1 }
  }
}

/** An organization to which nothing has happened. */
export const nothingReplayed = (organizationId: string): Replayed => ({
  organizationId,
  events: [],
  states: [absent(organizationId)]
})
