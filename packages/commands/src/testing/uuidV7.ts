import { hyphenate } from "@cim-domain/commands/fields/uuid"

/**
 * A version 7 UUID from a time in milliseconds since 1970 and ten random bytes; the caller owns clock and randomness.
 */
export const uuidV7 = (millis: number, random: Uint8Array): string =>
  uuidV7OfHex(
    millis,
    Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("").padEnd(20, "0")
  )

/** As {@link uuidV7}, of 20 hexadecimal digits. */
export const uuidV7OfHex = (millis: number, hex: string): string => {
  const time = Math.max(0, Math.trunc(millis)).toString(16).padStart(12, "0").slice(-12)
  const variant = "89ab"[Number.parseInt(hex[3] ?? "0", 16) & 3]
  return hyphenate(`${time}7${hex.slice(0, 3)}${variant}${hex.slice(5, 20)}`)
}
