import { isFields, type Json } from "./Json.ts"
import { sha256 } from "./sha256.ts"

/** Ids as the specification has them in 2.1 and 3.1: read in every spelling, written in one. */

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The canonical text of a UUID in any spelling; `null` when it is none that is accepted. */
export const readUuid = (text: string): string | null => {
  const bare = text.toLowerCase().replace(/^urn:uuid:/, "").replace(/^\{(.*)\}$/, "$1")
  const written = /^[0-9a-f]{32}$/.test(bare)
    ? bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
    : bare
  return canonical.test(written) ? written : null
}

/** The same for an id of an entity, plain or in an object. */
export const readId = (raw: Json): string | null => {
  const inner = isFields(raw) ? raw["id"] ?? raw["value"] : raw
  return typeof inner === "string" ? readUuid(inner) : null
}

/** The id that follows from a command's id: of what it creates, or of its event. */
export const deriveId = (messageId: string, slot: string): string => {
  const digest = sha256(`cim-organization/1\0${messageId}\0${slot}`)
  const isSeven = messageId[14] === "7"
  const time = isSeven ? messageId.replaceAll("-", "").slice(0, 12) : digest.slice(0, 12)
  const variant = "89ab"[Number.parseInt(digest[16]!, 16) % 4]
  return `${time}${isSeven ? 7 : 8}${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
