const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Text as UTF-8. */
export const encode = (text: string): Uint8Array => encoder.encode(text)

/** UTF-8 as text. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes)
