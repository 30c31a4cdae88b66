import { sha256 as digest } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The SHA-256 of a text as UTF-8, in 64 hexadecimal digits; in plain JavaScript, so that a browser can judge as well. */
export const sha256 = (text: string): string => bytesToHex(digest(utf8ToBytes(text)))
