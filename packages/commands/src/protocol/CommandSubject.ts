import type { Catalog } from "../definition/Catalog.ts"
import { uuidPattern } from "../fields/uuid.ts"

/** What the subject of a command claims about it; `null` is no claim. */
export interface CommandSubject<CommandType extends string = string> {
  readonly aggregateId: string | null
  readonly type: CommandType | null
}

/**
 * Reads the subject a command came on: `<name>.commands.<id>.<command>`, with `new` for the id of an aggregate
 * to be created. `acceptLegacy` adds the older forms with either an id or a command alone. `null` for anything else; ids
 * must be canonical, so that one aggregate has one subject and permissions on it cannot be evaded.
 */
export const parseCommandSubject = (
  { commands, legacyTokens, subjects }: Catalog,
  subject: string,
  acceptLegacy: boolean
): CommandSubject | null => {
  const start = subjects.commandPrefix.length + 1
  if (!subject.startsWith(subjects.commandPrefix) || subject[start - 1] !== ".") return null
  const dot = subject.indexOf(".", start)
  if (dot === -1) {
    if (!acceptLegacy) return null
    const token = subject.slice(start)
    if (uuidPattern.test(token)) return { aggregateId: token, type: null }
    const type = commands.byToken.get(token)?.type ?? legacyTokens.get(token)
    return type === undefined ? null : { aggregateId: null, type }
  }
  const first = subject.slice(start, dot)
  const command = commands.byToken.get(subject.slice(dot + 1))
  if (command === undefined) return null
  if (first === "new") return command.begins ? { aggregateId: null, type: command.type } : null
  return uuidPattern.test(first) ? { aggregateId: first, type: command.type } : null
}

/** What of a subject contradicts the command that came on it, or `null` when they agree. */
export const disagreement = (
  { noun }: Catalog,
  subject: CommandSubject,
  type: string,
  addressee: string
): string | null => {
  if (subject.type !== null && subject.type !== type) return `the subject names ${subject.type}, the body ${type}`
  return subject.aggregateId === null || subject.aggregateId === addressee
    ? null
    : `the subject names ${noun} ${subject.aggregateId}, the body ${addressee}`
}
