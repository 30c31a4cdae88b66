import { doubled } from "@cim-domain/event-sourcing/backoff"
import { processMillis } from "@cim-domain/event-sourcing/monotonicMillis"
import { constants, openSync, writeSync } from "node:fs"
import process from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { isatty } from "node:tty"

/** Lines that wait until they are taken, in bytes; what comes beyond them is dropped. */
export const waitingBytesMax = 1_048_576

/** Pauses between tries to write, in milliseconds: the first, doubling to the most. */
const pauseMillis = { first: 20, most: 1_000 }

/** Lines that nobody took. */
export interface DroppedLines {
  readonly count: number
  /** When the first of them was dropped. */
  readonly since: Date
  /** The code of the system's error that kept them from being written, such as `EPIPE`. */
  readonly cause: string
}

/**
 * Writes lines to a file descriptor, whatever that is: a file, a pipe, a terminal. Whoever writes never waits and never
 * fails. What is not taken, because the disk is full, nobody reads, or the reader is gone, waits within
 * {@link waitingBytesMax} and is tried again; beyond that lines are dropped and counted, and the count is written once lines
 * are taken again. Lines stay whole and in their order.
 */
export class LogSink {
  readonly #fd: number
  readonly #report: (dropped: DroppedLines) => string
  #waiting: Array<Buffer> = []
  #waitingBytes = 0
  #dropped: DroppedLines | undefined
  #droppedEver = 0
  #cause = ""
  #tries = 0
  #timer: NodeJS.Timeout | undefined

  /** `report` makes the line that tells of lines that were dropped. The descriptor must not block. */
  constructor(fd: number, report: (dropped: DroppedLines) => string) {
    this.#fd = fd
    this.#report = report
  }

  /** Lines dropped so far. */
  get dropped(): number {
    return this.#droppedEver
  }

  /** Takes one line, without its line break. */
  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
    // Once one is dropped all are until the others are written, so that the count stands where they are missing.
    if (this.#dropped !== undefined || this.#waitingBytes + bytes.length > waitingBytesMax) return this.#drop()
    this.#wait(bytes)
    if (this.#timer === undefined) this.#writeWaiting()
  }

  /** Lets a reader that is only slow take what waits, for so long at most. */
  async flush(millisMost: number): Promise<void> {
    const end = processMillis() + millisMost
    this.#writeWaiting()
    while (this.#waiting.length > 0 && this.#cause === "EAGAIN" && processMillis() < end) {
      await sleep(pauseMillis.first)
      this.#writeWaiting()
    }
  }

  #wait(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  #drop(): void {
    const { count, since } = this.#dropped ?? { count: 0, since: new Date() }
    this.#dropped = { count: count + 1, since, cause: this.#cause }
    this.#droppedEver += 1
  }

  #writeWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      while (this.#waiting.length > 0) {
        this.#writeFirst()
        if (this.#waiting.length > 0 || this.#dropped === undefined) continue
        this.#wait(Buffer.from(`${this.#report(this.#dropped)}\n`))
        this.#dropped = undefined
      }
    } catch (error) {
      this.#cause = error instanceof Error && "code" in error ? String(error.code) : String(error)
      this.#tries += 1
      const pause = doubled(this.#tries, pauseMillis.first, pauseMillis.most)
      this.#timer = setTimeout(() => this.#writeWaiting(), pause).unref()
    }
  }

  #writeFirst(): void {
    const [first] = this.#waiting
    const written = writeSync(this.#fd, first!)
    this.#tries = 0
    this.#waitingBytes -= written
    // A part of a line may be taken; the rest goes on where that ended.
    if (written < first!.length) this.#waiting[0] = first!.subarray(written)
    else this.#waiting.shift()
  }
}

/**
 * Standard output as something that does not block. A terminal is opened anew for that, because its mode is shared with the
 * shell. Node itself makes pipes and sockets so when its stream is made; that stream, and the one of standard error, must not
 * end the process when what Node writes there is not taken.
 */
export const openStandardOutput = (): number => {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})
  if (!isatty(1)) return 1
  try {
    return openSync("/proc/self/fd/1", constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return 1
  }
}
