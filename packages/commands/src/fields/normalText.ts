import { Result } from "effect"

/**
 * Combining marks that may follow each other. Bringing marks in their order takes the square of their number; languages
 * need fewer than ten, and the stream-safe format of Unicode (UAX #15) has 30.
 */
const marksInARowMax = 64

/** A code point of composed text comes from at most so many UTF-16 code units of decomposed text. */
const unitsPerCodePoint = 4

/**
 * The text without space around and in Unicode normal form C, or what was expected instead. More than `codePointsMax` is
 * seen without looking at the text; what passes may still be somewhat longer.
 */
export const normalText = (raw: string, codePointsMax: number, tooLong: string): Result.Result<string, string> => {
  const trimmed = raw.trim()
  if (trimmed.length > codePointsMax * unitsPerCodePoint) return Result.fail(tooLong)
  if (!trimmed.isWellFormed()) return Result.fail("Expected well-formed Unicode, without half a surrogate pair")
  if (hasTooManyMarks(trimmed)) return tooManyMarks
  const normal = trimmed.normalize("NFC")
  // Marks may become more of them; what is accepted once must be accepted again.
  return normal !== trimmed && hasTooManyMarks(normal) ? tooManyMarks : Result.succeed(normal.trim())
}

const tooManyMarks = Result.fail(`Expected at most ${marksInARowMax} combining marks in a row`)

const hasTooManyMarks = (text: string): boolean => {
  if (text.length <= marksInARowMax) return false
  for (const [run] of text.matchAll(marks)) {
    // A mark has one or two code units.
    if (run.length > marksInARowMax && (run.length > 2 * marksInARowMax || Array.from(run).length > marksInARowMax)) {
      return true
    }
  }
  return false
}

const marks = /\p{M}+/gu
