import type { CommandCatalog } from "../definition/CommandCatalog.ts"
import type { EventCatalog } from "../definition/EventCatalog.ts"

/** Where the messages of one domain go: everything follows from its name and the tokens of its commands and events. */
export interface Subjects<CommandType extends string = string, EventType extends string = string> {
  /** Where commands are sent; a subject below it names the aggregate and the command. */
  readonly commandPrefix: string
  /** What a replica subscribes to. */
  readonly commandSubscription: string
  /** The queue group of all replicas, so that each command reaches one of them. */
  readonly commandQueueGroup: string
  /** Where events are stored, as `<prefix>.<aggregate id>.<event token>`. */
  readonly eventPrefix: string
  /** Where snapshots are stored, as `<prefix>.<aggregate id>`. */
  readonly snapshotPrefix: string
  /** The stream of events when nobody chooses another one. */
  readonly eventStream: string
  /** The name of each command type in a subject. */
  readonly commandTokens: Readonly<Record<CommandType, string>>
  /** The name of each event type in a subject. */
  readonly eventTokens: Readonly<Record<EventType, string>>
  /** The command type behind a token. */
  readonly commandTypeOfToken: ReadonlyMap<string, CommandType>
  /** The event type behind a token. */
  readonly eventTypeOfToken: ReadonlyMap<string, EventType>
  /** The subject to send a command to. `new` stands for the id of an aggregate that the service is to name. */
  readonly commandSubject: (aggregateId: string, type: CommandType) => string
  /** The subject an event is stored under. */
  readonly eventSubject: (aggregateId: string, type: EventType) => string
  /** The aggregate and event type of an event's subject, or `null` when it is no such subject. */
  readonly parseEventSubject: (subject: string) => { readonly aggregateId: string; readonly type: EventType } | null
}

type Known = ReadonlyArray<{ readonly token: string; readonly type: string }>

/** The subjects of a domain. */
export const makeSubjects = (name: string, commands: CommandCatalog, events: EventCatalog): Subjects => {
  const commandPrefix = `${name}.commands`
  const eventPrefix = `${name}.events`
  const tokensOf = (known: Known) => Object.fromEntries(known.map(({ token, type }) => [type, token]))
  const typesOf = (known: Known) => new Map(known.map(({ token, type }) => [token, type]))
  const commandTokens = tokensOf([...commands.byType.values()])
  const eventTokens = tokensOf([...events.byType.values()])
  const eventTypeOfToken = typesOf([...events.byType.values()])
  return {
    commandPrefix,
    commandSubscription: `${commandPrefix}.>`,
    commandQueueGroup: `${name}-service`,
    eventPrefix,
    snapshotPrefix: `${name}.snapshots`,
    eventStream: `${name.toUpperCase()}_EVENTS`,
    commandTokens,
    eventTokens,
    commandTypeOfToken: typesOf([...commands.byType.values()]),
    eventTypeOfToken,
    commandSubject: (aggregateId, type) => `${commandPrefix}.${aggregateId}.${commandTokens[type]}`,
    eventSubject: (aggregateId, type) => `${eventPrefix}.${aggregateId}.${eventTokens[type]}`,
    parseEventSubject: (subject) => {
      const [aggregateId, token, ...rest] = subject.startsWith(`${eventPrefix}.`)
        ? subject.slice(eventPrefix.length + 1).split(".")
        : []
      const type = token === undefined ? undefined : eventTypeOfToken.get(token)
      return aggregateId === undefined || aggregateId === "" || type === undefined || rest.length > 0
        ? null
        : { aggregateId, type }
    }
  }
}

/** The stream of the snapshots that belong to a stream of events: `PERSON_SNAPSHOTS` to `PERSON_EVENTS`. */
export const snapshotStreamOf = (streamName: string): string => `${streamName.replace(/_EVENTS$/, "")}_SNAPSHOTS`
