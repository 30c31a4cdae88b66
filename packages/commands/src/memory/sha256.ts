import { sha256 as portable } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { builtin } from "./builtin.ts"

interface NodeCrypto {
  readonly hash: (algorithm: "sha256", text: string, encoding: "hex") => string
}

const { hash } = builtin<NodeCrypto>("node:crypto")

/** The SHA-256 of a text as UTF-8, as 64 hexadecimal digits: by the platform, else in plain JavaScript. */
export const sha256: (text: string) => string = hash === undefined
  ? (text) => bytesToHex(portable(utf8ToBytes(text)))
  : (text) => hash("sha256", text, "hex")
