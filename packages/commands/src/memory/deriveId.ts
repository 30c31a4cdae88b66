import { hyphenate } from "../fields/uuid.ts"
import { sha256 } from "./sha256.ts"

/**
 * An id that follows from a command and a purpose, so that doing a command again names the same things.
 *
 * `slot` says what the id is for: the name of a kind of thing, or `event:<aggregate id>`. `name` is that of the domain. The id is
 * a truncated SHA-256 in the shape of a version 8 UUID; for a version 7 message id it is of version 7 too and keeps the
 * millisecond of the message, so that derived ids sort with their commands.
 *
 * ```ts
 * deriveId("shelf", commandId, "book") // the id of the book that this command adds, whenever it is asked
 * ```
 */
export const deriveId = (name: string, messageId: string, slot: string): string => {
  const digest = sha256(`cim-${name}/1\0${messageId}\0${slot}`)
  const timed = messageId[14] === "7"
  const head = timed ? messageId.slice(0, 8) + messageId.slice(9, 13) : digest.slice(0, 12)
  const variant = "89ab"[Number.parseInt(digest.slice(16, 17), 16) & 3]
  return hyphenate(`${head}${timed ? "7" : "8"}${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`)
}
