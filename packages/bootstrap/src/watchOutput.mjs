import fs from "node:fs"
import tty from "node:tty"

// As of the command `organization` (docs/decisions/0039-output-that-is-lost-has-an-exit-code.md).
const unwritten = 4
// As a shell reports a program that SIGPIPE ended.
const brokenPipe = 141

const reasons = /** @type {Record<string, string | undefined>} */ ({ ENOSPC: "no space left on device" })

/**
 * From now on the process does not end well when its standard output takes nothing. A program that does not look after its
 * output would end with 0 though nobody was told anything: Node's console drops errors, and its streams for files overlook
 * a part that was not written.
 *
 * A program that listens to SIGTERM is asked to end then; any other goes on to its end.
 */
export const watchOutput = () => {
  /** @type {NodeJS.ErrnoException | undefined} */
  let loss
  let isAsked = false
  /** @param {Error} error */
  const lose = (error) => {
    if (loss !== undefined) return
    loss = error
    setImmediate(() => {
      isAsked = process.listenerCount("SIGTERM") > 0
      if (isAsked) process.emit("SIGTERM", "SIGTERM")
    })
  }
  process.stdout.on("error", lose)
  if (isFile(1)) process.stdout.write = writerTo(1, lose)
  process.on("exit", (code) => {
    // Who ends at once after writing to a pipe ends before there is an event.
    /** @type {NodeJS.ErrnoException | null} */
    const cause = loss ?? process.stdout.errored
    if (cause === null) return
    const isReaderGone = cause.code === "EPIPE"
    if (code === 0 || isAsked) process.exitCode = isReaderGone ? brokenPipe : unwritten
    if (!isReaderGone) {
      complain(`✗ standard output could not be written: ${reasons[cause.code ?? ""] ?? cause.message}\n`)
    }
  })
}

/**
 * Files and devices such as `/dev/full`.
 * @param {number} descriptor
 */
const isFile = (descriptor) => {
  const stat = fs.fstatSync(descriptor)
  return stat.isFile() || stat.isBlockDevice() || (stat.isCharacterDevice() && !tty.isatty(descriptor))
}

/**
 * Writes all of what it is given, or says why not.
 * @param {number} descriptor
 * @param {(error: Error) => void} lose
 */
const writerTo = (descriptor, lose) => {
  /**
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding | ((error?: Error) => void)} [encoding]
   * @param {(error?: Error) => void} [callback]
   */
  const write = (chunk, encoding, callback) => {
    const done = typeof encoding === "function" ? encoding : callback
    const bytes = typeof chunk === "string"
      ? Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8")
      : chunk
    try {
      for (let at = 0; at < bytes.length;) at += fs.writeSync(descriptor, bytes, at)
      if (done !== undefined) process.nextTick(done)
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error))
      lose(cause)
      if (done !== undefined) process.nextTick(done, cause)
    }
    return true
  }
  return write
}

/** @param {string} line */
const complain = (line) => {
  try {
    fs.writeSync(2, line)
  } catch {
    // There is nobody left to be told.
  }
}
