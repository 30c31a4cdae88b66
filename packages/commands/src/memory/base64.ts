import { builtin } from "./builtin.ts"

interface NodeBytes extends Uint8Array {
  toString(encoding?: string): string
}

interface NodeBuffer {
  readonly Buffer: {
    readonly from: {
      (bytes: ArrayBufferLike, offset: number, length: number): NodeBytes
      (text: string, encoding: "base64"): NodeBytes
    }
  }
}

/** 64 KB in 16 µs instead of 900: a snapshot of an aggregate with many commands has as much. */
const { Buffer: bytesOfNode } = builtin<NodeBuffer>("node:buffer")

/** Bytes that are made characters at a time: more would be too many arguments. */
const chunkBytes = 0x2000

/** Bytes as base64. */
export const toBase64 = (bytes: Uint8Array): string => {
  if (bytesOfNode !== undefined) {
    return bytesOfNode.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
  }
  let characters = ""
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    characters += String.fromCharCode(...bytes.subarray(at, at + chunkBytes))
  }
  return btoa(characters)
}

/** The bytes behind base64, `undefined` when it is none. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (bytesOfNode !== undefined) return bytesOfNode.from(text, "base64")
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
