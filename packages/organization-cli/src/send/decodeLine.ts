import { Result } from "effect"

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const byteOrderMark = [0xef, 0xbb, 0xbf]

/**
 * The bytes of a line, with or without its end, as text; otherwise what is wrong with them, and where in the file. A byte
 * order mark in front and a carriage return at the end are no part of it.
 */
export const decodeLine = (bytes: Uint8Array, fileOffset: number): Result.Result<string, string> => {
  const start = byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0
  const line = bytes.subarray(start, bytes.at(-1) === 0x0d ? -1 : undefined)
  const isWide = fileOffset === 0 && (bytes[0] === 0xff && bytes[1] === 0xfe || bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isWide) return Result.fail(`the file is UTF-16, not UTF-8; ${convertFrom("UTF-16")}`)
  const zero = line.indexOf(0)
  if (zero !== -1) {
    return Result.fail(
      `byte ${fileOffset + start + zero} is zero, as in UTF-16 or in a binary file; ${convertFrom("UTF-16LE")}`
    )
  }
  try {
    return Result.succeed(utf8.decode(line))
  } catch {
    const at = firstBadByte(line)
    return Result.fail(
      `byte ${fileOffset + start + at} (0x${hex(line[at])}) is not UTF-8, it looks like ${looksLike(line[at]!)}; ${
        convertFrom("WINDOWS-1252")
      }`
    )
  }
}

const convertFrom = (encoding: string): string => `convert it with iconv -f ${encoding} -t UTF-8`

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, "0")

/** Latin-1 has control characters, which nobody uses, where Windows-1252 has quotation marks, dashes and the euro sign. */
const looksLike = (byte: number): string => byte < 0xa0 ? "Windows-1252" : "Latin-1 or Windows-1252"

const lenient = new TextDecoder("utf-8", { ignoreBOM: true })

/** Where the first sequence begins that is not UTF-8: there the lenient text differs when it is written as bytes again. */
const firstBadByte = (bytes: Uint8Array): number => {
  const again = new TextEncoder().encode(lenient.decode(bytes))
  const differs = bytes.findIndex((byte, index) => byte !== again[index])
  let start = differs === -1 ? bytes.length : differs
  while (start > 0 && (again[start]! & 0xc0) === 0x80) start--
  return start
}
