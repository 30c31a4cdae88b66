const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** Each pair of letters for twelve bits: a lookup for three bytes costs two strings instead of four. */
const pairs = Array.from({ length: 4_096 }, (_, bits) => letters[bits >> 6]! + letters[bits & 63]!)

/** Bytes in base64, as the leader of a stream writes headers and bodies. */
export const base64 = (bytes: Uint8Array): string => {
  let text = ""
  const whole = bytes.length - bytes.length % 3
  for (let at = 0; at < whole; at += 3) {
    const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    text += pairs[bits >> 12]! + pairs[bits & 4_095]!
  }
  const left = bytes.length - whole
  if (left === 1) return `${text}${pairs[bytes[whole]! << 4]!}==`
  if (left === 0) return text
  const bits = (bytes[whole]! << 10) | (bytes[whole + 1]! << 2)
  return `${text}${pairs[bits >> 6]!}${letters[bits & 63]!}=`
}
