/**
 * A reader of JSON that has nothing in common with `JSON.parse` and is stricter than RFC 8259 asks for: it refuses whatever
 * readers of JSON disagree about. That is half a surrogate pair, raw or as an escape; a key that stands twice in an object;
 * and a number that a floating-point number does not hold as it is written.
 */
export const readStrictly = (text: string): unknown => {
  const reader = new StrictReader(text)
  const value = reader.value()
  reader.space()
  if (reader.at < text.length) throw reader.error("more text")
  return value
}

const escapes: Readonly<Record<string, string>> = {
  "\"": "\"",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t"
}

const words: ReadonlyArray<readonly [string, unknown]> = [["true", true], ["false", false], ["null", null]]

class StrictReader {
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  error(why: string): SyntaxError {
    return new SyntaxError(`${why} at ${this.at}: ${JSON.stringify(this.text.slice(this.at, this.at + 20))}`)
  }

  space(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1
  }

  value(): unknown {
    this.space()
    const next = this.text[this.at]
    if (next === "{") return this.object()
    if (next === "[") return this.list()
    if (next === "\"") return this.string()
    for (const [word, value] of words) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return value
      }
    }
    return this.number()
  }

  private takes(character: string): boolean {
    this.space()
    if (this.text[this.at] !== character) return false
    this.at += 1
    return true
  }

  private expects(character: string): void {
    if (!this.takes(character)) throw this.error(`no ${character}`)
  }

  private object(): unknown {
    const members = new Map<string, unknown>()
    this.expects("{")
    if (this.takes("}")) return {}
    do {
      this.space()
      const key = this.string()
      if (members.has(key)) throw this.error(`key ${JSON.stringify(key)} twice`)
      this.expects(":")
      members.set(key, this.value())
    } while (this.takes(","))
    this.expects("}")
    return Object.fromEntries(members)
  }

  private list(): unknown {
    const items: Array<unknown> = []
    this.expects("[")
    if (this.takes("]")) return items
    do items.push(this.value())
    while (this.takes(","))
    this.expects("]")
    return items
  }

  private string(): string {
    this.expects("\"")
    const units: Array<number> = []
    for (;;) {
      const unit = this.text.charCodeAt(this.at)
      if (Number.isNaN(unit) || unit < 0x20) throw this.error("no end of a string")
      this.at += 1
      if (unit === 0x22) break
      units.push(unit === 0x5c ? this.escape() : unit)
    }
    for (let index = 0; index < units.length; index++) {
      const [high, low] = [units[index]!, units[index + 1] ?? 0]
      if (high < 0xd800 || high > 0xdfff) continue
      if (high > 0xdbff || low < 0xdc00 || low > 0xdfff) throw this.error("half a surrogate pair")
      index += 1
    }
    return units.map((unit) => String.fromCharCode(unit)).join("")
  }

  private escape(): number {
    const kind = this.text[this.at++] ?? ""
    if (Object.hasOwn(escapes, kind)) return escapes[kind]!.charCodeAt(0)
    const digits = this.text.slice(this.at, this.at + 4)
    if (kind !== "u" || !/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.error("no such escape")
    this.at += 4
    return Number.parseInt(digits, 16)
  }

  private number(): number {
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
    number.lastIndex = this.at
    const written = number.exec(this.text)?.[0]
    if (written === undefined) throw this.error("no value")
    const value = Number(written)
    if (!Number.isFinite(value) || !isSameDecimal(written, String(value))) throw this.error("a number that is changed")
    this.at += written.length
    return value
  }
}

/** Whether two spellings stand for one number, told with whole numbers of any size. */
const isSameDecimal = (one: string, other: string): boolean => {
  const [[left, leftPower], [right, rightPower]] = [scaled(one), scaled(other)]
  if (left === 0n || right === 0n) return left === right
  const least = leftPower < rightPower ? leftPower : rightPower
  // So far apart that no digits can make up for it.
  if (Math.abs(leftPower - rightPower) > 10_000) return false
  return left * 10n ** BigInt(leftPower - least) === right * 10n ** BigInt(rightPower - least)
}

const scaled = (text: string): readonly [digits: bigint, power: number] => {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e")
  const [whole = "", fraction = ""] = mantissa.split(".")
  return [BigInt(whole + fraction), Number(power) - fraction.length]
}
