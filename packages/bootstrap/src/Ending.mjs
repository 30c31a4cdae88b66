const controller = new AbortController()
const parentLookMillis = 500

/** @type {{ words: string, exitCode: number, isFault: boolean } | undefined} */
let reason
/** @type {Set<() => void>} */
const repeats = new Set()

/** Whether this process has been asked to end, and why: by a signal, or because nobody is there any more to read it. */
export const Ending = {
  /** Aborted when the process is asked to end. @type {globalThis.AbortSignal} */
  signal: controller.signal,

  /** Resolves when the process is asked to end. @type {Promise<void>} */
  asked: new Promise((resolve) => controller.signal.addEventListener("abort", () => resolve())),

  /** Why, once it is asked. `isFault`: nobody wanted it to end. */
  reason: () => reason,

  /** Fails once the process has been asked to end. */
  check: () => {
    if (reason !== undefined) throw new Interrupted(reason.words)
  },

  /**
   * Calls the listener when somebody asks again.
   * @param {() => void} listener
   */
  onRepeat: (listener) => void repeats.add(listener),

  /** From now on signals, a standard output that takes nothing, and the end of npm ask this process to end. */
  listen: () => {
    for (const [name, number] of /** @type {const} */ ([["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]])) {
      process.on(name, () => ask({ words: `ended by ${name}`, exitCode: 128 + number, isFault: false }))
    }
    process.stdout.on("error", (error) => {
      const code = "code" in error ? String(error.code) : error.message
      // What follows the first error, because the stream is closed then, tells nothing.
      if (reason !== undefined) return
      const what = code === "EPIPE" ? "has no reader any more" : `takes nothing (${code})`
      ask({ words: `standard output ${what}: send it to a file with room, or leave it`, exitCode: 1, isFault: true })
    })
    process.stderr.on("error", () => {})
    // npm passes on SIGINT and SIGTERM; when it is killed, or its terminal is closed, nothing tells its child.
    if (process.env["npm_lifecycle_event"] === undefined) return
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid === parent || reason !== undefined) return
      ask({ words: "the npm that started this is gone", exitCode: 129, isFault: false })
    }, parentLookMillis).unref()
  }
}

/** Work was given up because the process has been asked to end. */
export class Interrupted extends Error {}

let askedAt = 0

/** @param {NonNullable<typeof reason>} why */
const ask = (why) => {
  if (reason === undefined) {
    reason = why
    askedAt = performance.now()
    controller.abort()
  } else if (performance.now() - askedAt > 500) {
    // One Ctrl-C may arrive twice: from the terminal and from the npm that started us.
    for (const listener of repeats) listener()
  }
}
