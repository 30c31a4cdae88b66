/** A line as it stands in a file. */
export interface RawLine {
  /** The first line of a file is 1. */
  readonly number: number
  /** Without the line feed; `null` when there are more than permitted. */
  readonly bytes: Uint8Array | null
  /** How many bytes of the file stand before it. */
  readonly offset: number
}

/**
 * Takes the parts of a file as they come and gives the lines that are complete; `undefined` is the end of the file. Lines end
 * with a line feed, the last one with or without. No more than `bytesMax` bytes of a line are kept, and one that has more is given
 * as soon as that is known: its end may never come.
 */
export const lineSplitter = (bytesMax: number) => {
  let number = 1
  let offset = 0
  let length = 0
  let kept: Array<Uint8Array> = []
  const add = (part: Uint8Array): ReadonlyArray<RawLine> => {
    const wasTooLong = length > bytesMax
    length += part.length
    if (length <= bytesMax) {
      if (part.length > 0) kept.push(part)
      return []
    }
    kept = []
    return wasTooLong ? [] : [{ number, bytes: null, offset }]
  }
  const complete = (ended: number): ReadonlyArray<RawLine> => {
    const line = length > bytesMax ? [] : [{ number, bytes: Buffer.concat(kept), offset }]
    number++
    offset += length + ended
    length = 0
    kept = []
    return line
  }
  return (part: Uint8Array | undefined): ReadonlyArray<RawLine> => {
    if (part === undefined) return length === 0 ? [] : complete(0)
    const lines: Array<RawLine> = []
    let start = 0
    for (let end = part.indexOf(lineFeed); end !== -1; end = part.indexOf(lineFeed, start)) {
      lines.push(...add(part.subarray(start, end)), ...complete(1))
      start = end + 1
    }
    // A copy, because the part may be overwritten by the one after it.
    lines.push(...add(part.slice(start)))
    return lines
  }
}

const lineFeed = 0x0a
