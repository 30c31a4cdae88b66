import { Result, Schema } from "effect"
import { issuesMax } from "../protocol/ValidationIssue.ts"
import { normalText } from "./normalText.ts"

/** How deep metadata may nest. */
const depthMax = 16

/** Keys that reach into the workings of JavaScript objects. */
export const hostileKeys: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"])

/** What was expected, and where within the metadata. */
export interface MetadataProblem {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
}

const tooDeep = `Expected at most ${depthMax} levels of nesting`
const numberExpected =
  `Expected a number that comes back as it was written, whole ones up to ${Number.MAX_SAFE_INTEGER}; a string holds any`

/**
 * The canonical form of metadata: texts and keys normalised, no -0. Reads until it is certainly too large or has as many
 * problems as an answer lists; whoever sends more is told of no more. As UTF-8 JSON they take at most `bytesMax`.
 */
export const readMetadata = (
  metadata: { readonly [key: string]: unknown },
  bytesMax: number
): Result.Result<{ readonly [key: string]: Schema.Json }, ReadonlyArray<MetadataProblem>> => {
  const reader = new Reader(bytesMax)
  const read = reader.object(metadata, 1)
  if (reader.problems.length > 0) return Result.fail(reader.problems)
  return utf8Length(JSON.stringify(read)) > bytesMax
    ? Result.fail([{ path: [], expected: reader.tooLarge }])
    : Result.succeed(read)
}

/** What `"":0` takes, and `0` and a comma. */
const [memberBytesMin, itemBytesMin] = [4, 2]

class Reader {
  problems: Array<MetadataProblem> = []
  private readonly path: Array<string | number> = []
  /** Bytes that what has been seen takes at least. */
  private bytes = 2
  private isOver = false
  private readonly bytesMax: number
  readonly tooLarge: string

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
    this.tooLarge = `Expected at most ${bytesMax} bytes of JSON`
  }

  object(given: { readonly [key: string]: unknown }, depth: number): { readonly [key: string]: Schema.Json } {
    const read: Record<string, Schema.Json> = {}
    if (depth > depthMax) {
      this.problem(tooDeep, [])
      return read
    }
    const names = Object.keys(given)
    this.takes(names.length * memberBytesMin)
    for (const name of names) {
      if (this.isOver) break
      this.path.push(name)
      const key = this.text(name)
      const member = this.value(given[name], depth)
      if (hostileKeys.has(key)) this.problem(`Expected no key named ${key}`, [])
      else if (key !== name && Object.hasOwn(given, key)) this.problem(`Expected this key only once`)
      else read[key] = member
      this.path.pop()
    }
    return read
  }

  private value(given: unknown, depth: number): Schema.Json {
    switch (typeof given) {
      case "string":
        return this.text(given)
      case "number":
        if (Math.abs(given) > Number.MAX_SAFE_INTEGER || Number.isNaN(given)) this.problem(numberExpected)
        return given === 0 ? 0 : given
      case "boolean":
        return given
      case "object":
        if (given === null) return null
        return Array.isArray(given)
          ? this.list(given, depth + 1)
          : this.object(given as { readonly [key: string]: unknown }, depth + 1)
      default:
        this.problem("Expected JSON")
        return null
    }
  }

  private list(given: ReadonlyArray<unknown>, depth: number): ReadonlyArray<Schema.Json> {
    const read: Array<Schema.Json> = []
    if (depth > depthMax) {
      this.problem(tooDeep, [])
      return read
    }
    this.takes(given.length * itemBytesMin)
    for (let index = 0; index < given.length && !this.isOver; index++) {
      this.path.push(index)
      read.push(this.value(given[index], depth))
      this.path.pop()
    }
    return read
  }

  private text(given: string): string {
    if (isPlain(given)) {
      this.takes(given.length)
      return given
    }
    // So many code units are more than the bytes which composed text of that size takes; each text is looked at only below.
    const normal = normalText(given, this.bytesMax / 2, this.tooLarge)
    if (Result.isSuccess(normal)) {
      this.takes(normal.success.length)
      return normal.success
    }
    if (normal.failure === this.tooLarge) this.takes(this.bytesMax)
    else this.problem(normal.failure)
    return ""
  }

  private takes(bytes: number): void {
    this.bytes += bytes
    if (this.bytes <= this.bytesMax + 6 || this.isOver) return
    this.problems = []
    this.problem(this.tooLarge, [])
    this.isOver = true
  }

  private problem(expected: string, path: ReadonlyArray<string | number> = [...this.path]): void {
    if (this.isOver) return
    this.problems.push({ path, expected })
    if (this.problems.length >= issuesMax) this.isOver = true
  }
}

/** Whether it is empty, or printable ASCII without space around: that needs no normalising. */
export const isPlain = (text: string): boolean => plain.test(text)

const plain = /^(?:[!-~](?:[ -~]*[!-~])?)?$/

const utf8Length = (text: string): number => encoder.encode(text).length
const encoder = new TextEncoder()
