import { type Fields, isFields, readJson } from "../model/Json.ts"
import { type Asked, readRequest, type Unreadable } from "../model/readRequest.ts"
import type { Answer, Attempt, SentCommand } from "./History.ts"

/** A command as the specification reads it. */
export interface ReadCommand {
  readonly sent: SentCommand
  readonly asked: Asked | Unreadable
}

/** Whether there is a command in a request. */
export const isAsked = (asked: Asked | Unreadable): asked is Asked => !("refusal" in asked)

/** The body of an answer; `null` when it is no object. */
export const replyOf = ({ body }: Answer): Fields | null => {
  const read = readJson(body)
  return isFields(read) ? read : null
}

/** How an answer ends: its outcome, or the code of its error. */
export const endOfAnswer = (answer: Answer): string => {
  const reply = replyOf(answer)
  const failure = reply?.["failure"]
  const end = reply?.["status"] === "ok" ? reply["outcome"] : isFields(failure) ? failure["code"] : undefined
  return typeof end === "string" ? end : "none"
}

/** Reads all commands. One that has no id has the one that its first answer says. */
export const readCommands = (commands: ReadonlyArray<SentCommand>): ReadonlyArray<ReadCommand> =>
  commands.map((sent) => {
    const first = sent.attempts.flatMap(({ answers }) => answers)[0]
    const given = first === undefined ? undefined : replyOf(first)?.["command_id"]
    return { sent, asked: readRequest(sent, typeof given === "string" ? given : undefined) }
  })

/** All sendings of one command: of the same id to the same organization, asking for the same. */
export interface Sending {
  readonly asked: Asked
  readonly attempts: ReadonlyArray<Attempt>
  readonly firstSentAt: number
}

/** The name of a command in an organization. */
export const keyOf = (commandId: string, organizationId: string): string => `${commandId} ${organizationId}`

/** The commands that were really sent, by {@link keyOf}. Dry runs are none. */
export const sendingsOf = (commands: ReadonlyArray<ReadCommand>): ReadonlyMap<string, ReadonlyArray<Sending>> => {
  const found = new Map<string, Map<string, { asked: Asked; attempts: Array<Attempt>; firstSentAt: number }>>()
  for (const { asked, sent } of commands) {
    if (!isAsked(asked) || asked.isDryRun || sent.attempts.length === 0) continue
    const key = keyOf(asked.commandId, asked.organizationId)
    const byContent = found.get(key) ?? new Map()
    found.set(key, byContent)
    // The actor, the expected version and the correlation are no part of what is asked for, but stand in the event or decide about it.
    const content = JSON.stringify([
      asked.commandType,
      asked.digest,
      asked.actor,
      asked.expectedVersion,
      asked.correlation
    ])
    const known = byContent.get(content) ?? { asked, attempts: [], firstSentAt: Infinity }
    byContent.set(content, known)
    known.attempts.push(...sent.attempts)
    known.firstSentAt = Math.min(known.firstSentAt, ...sent.attempts.map(({ sentAt }) => sentAt))
  }
  return new Map([...found].map(([key, byContent]) => [key, [...byContent.values()]]))
}
