/**
 * Header values are one line of text. Everything else (control characters, non-ASCII, the percent sign itself) is
 * percent-encoded as UTF-8, so that `decodeURIComponent` gives the value back and nothing can smuggle in a second header.
 */

/** Encoded characters that one header value may take: the server accepts 64 KiB for all headers together. */
export const maxHeaderTextLength = 4_096

const plain = /^[\x21-\x24\x26-\x7E]*$/
const unsafe = /[^\x21-\x24\x26-\x7E]/gu

/** `value` as it may stand in a header: printable ASCII, the rest percent-encoded, cut at {@link maxHeaderTextLength}. */
export const encode = (value: string): string => {
  // Ids and names of types: nearly all values.
  if (value.length <= maxHeaderTextLength && plain.test(value)) return value
  const text = value.slice(0, maxHeaderTextLength).toWellFormed().replace(
    unsafe,
    (character) => character === " " ? " " : encodeURIComponent(character)
  )
  const edged = text.replace(/^ +| +$/g, (spaces) => "%20".repeat(spaces.length))
  return edged.length <= maxHeaderTextLength
    ? edged
    : edged.slice(0, maxHeaderTextLength).replace(/%[0-9A-F]?$/, "")
}

/** The value behind {@link encode}; a text that was not encoded by it comes back as it is. */
export const decode = (text: string): string => {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
