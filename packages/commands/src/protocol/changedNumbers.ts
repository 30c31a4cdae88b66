import { issuesMax } from "./ValidationIssue.ts"

/** A number that JSON text holds and that reading it changes. */
export interface ChangedNumber {
  readonly path: ReadonlyArray<string | number>
  /** What it would be. */
  readonly read: number
}

/**
 * The numbers in JSON text that would not come back as they were written, because a floating-point number cannot hold
 * them: those of the member that `within` leads to, at most as many as an answer lists. They come back if the shortest text of what is read has the same decimal
 * value: `1.0` as `1` does, `0.30000000000000004` does, `0.1000000000000000055` as `0.1` does not, nor does `1e-999` as `0`.
 *
 * The text must be JSON. Looking at it is worth it only if {@link mayChangeNumbers}.
 */
export const changedNumbers = (json: string, within: ReadonlyArray<string>): ReadonlyArray<ChangedNumber> => {
  const changed: Array<ChangedNumber> = []
  /** The key of each object, and the index in each list, that is being read. */
  const path: Array<Key | number> = []
  token.lastIndex = 0
  for (let match = token.exec(json); match !== null && changed.length < issuesMax; match = token.exec(json)) {
    const [text] = match
    switch (text[0]) {
      case "{":
        path.push(noKey)
        break
      case "[":
        path.push(0)
        break
      case "}":
      case "]":
        path.pop()
        break
      case ",": {
        const at = path.at(-1)
        if (typeof at === "number") path[path.length - 1] = at + 1
        break
      }
      case "\"":
        // A colon after it makes it a key.
        if (text.endsWith(":")) path[path.length - 1] = { text, name: undefined }
        break
      default:
        if (
          path.length > within.length && within.every((name, level) => nameOf(path[level]!) === name) &&
          !comesBack(text)
        ) {
          changed.push({ path: path.map(nameOf), read: Number(text) })
        }
    }
  }
  return changed
}

/** Whether there may be such numbers: all with up to 15 digits that are not too near to 0 come back. */
export const mayChangeNumbers = (json: string): boolean =>
  hasLongNumber(json) || hasSmallNumber(json, "e-") || hasSmallNumber(json, "E-")

const digitsMin = 16

/** Whether so many digits and dots stand in a row. Where none stands, the next look is that many further on. */
const hasLongNumber = (json: string): boolean => {
  let at = digitsMin - 1
  while (at < json.length) {
    let end = at
    if (isDigitOrDot(json, at)) {
      let start = at
      while (at - start < digitsMin && isDigitOrDot(json, start - 1)) start--
      while (end - start < digitsMin && isDigitOrDot(json, end)) end++
      if (end - start >= digitsMin) return true
    }
    at = end + digitsMin
  }
  return false
}

/** Whether a number has a negative power of ten with three digits. Ids have such letters, too, but begin with a quote. */
const hasSmallNumber = (json: string, power: string): boolean => {
  for (let at = json.indexOf(power); at !== -1; at = json.indexOf(power, at + 2)) {
    if (!isDigitOrDot(json, at + 2) || !isDigitOrDot(json, at + 3) || !isDigitOrDot(json, at + 4)) continue
    let start = at
    while (isDigitOrDot(json, start - 1)) start--
    if (start < at && ":,[- \t\n\r".includes(json[start - 1] ?? "")) return true
  }
  return false
}

const isDigitOrDot = (json: string, at: number): boolean => {
  const code = json.charCodeAt(at)
  return (code >= 0x30 && code <= 0x39) || code === 0x2e
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\],]|-?\d[\d.eE+-]*/g

/** A key with the colon after it. Its name is read when it is asked for, and once: it may be long, and stand over many numbers. */
interface Key {
  readonly text: string
  name: string | undefined
}

const noKey: Key = { text: "", name: "" }

const nameOf = (part: Key | number): string | number =>
  typeof part === "number" ? part : part.name ??= JSON.parse(part.text.slice(0, part.text.lastIndexOf("\"") + 1))

const comesBack = (text: string): boolean => {
  if (text.length < 16 && !text.includes("-", 1)) return true
  const spelt = String(Number(text))
  if (spelt === text) return true
  const [given, read] = [decimalOf(text), decimalOf(spelt)]
  return given?.digits === read?.digits && (given?.digits === "" || given?.exponent === read?.exponent)
}

/** The digits between the zeros around, and the power of ten of the last one. `undefined` for what is no number of digits. */
const decimalOf = (text: string): { readonly digits: string; readonly exponent: number } | undefined => {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = "", fraction = "", power = "0"] = match
  const all = whole + fraction
  let [start, end] = [0, all.length]
  while (all[start] === "0") start++
  while (end > start && all[end - 1] === "0") end--
  return { digits: all.slice(start, end), exponent: Number(power) - fraction.length + all.length - end }
}
