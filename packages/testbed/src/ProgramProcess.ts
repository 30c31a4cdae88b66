import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** A line of JSON that a program wrote, such as a line of a log. What it does not say is empty. */
export type Line = {
  readonly message: unknown
  readonly level: string
  readonly annotations: Readonly<Record<string, unknown>>
} & Readonly<Record<string, unknown>>

/** How to run a program. */
export interface ProgramProcessOptions {
  /** A file for the Node that runs this; with `isExecutable`, a program by itself. */
  readonly file: string
  readonly isExecutable?: boolean
  readonly args?: ReadonlyArray<string>
  /** For Node itself. */
  readonly nodeArgs?: ReadonlyArray<string>
  /** All it gets beside `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  /** Called with whatever it writes, as it comes. */
  readonly onOutput?: (chunk: Buffer) => void
  /** How many of its last lines are kept. Default all. */
  readonly linesKept?: number
}

const parse = (text: string): Line | undefined => {
  if (!text.startsWith("{")) return undefined
  try {
    return { message: undefined, level: "", annotations: {}, ...JSON.parse(text) }
  } catch {
    // A stack trace may have such lines, too.
    return undefined
  }
}

/** A process, what it writes, and its end. `startProgram` is this as an effect. */
export class ProgramProcess {
  /** Resolves with the exit code, or the signal that ended it; with -1 when it cannot be started. */
  readonly ended: Promise<number | NodeJS.Signals>
  private readonly file: string
  private readonly child: ChildProcess
  private readonly texts: Array<string> = []
  private readonly parsed: Array<Line> = []
  private readonly waiting = new Set<() => void>()
  private readonly linesKept: number
  private isOver = false

  constructor(
    { args = [], env = {}, file, isExecutable = false, linesKept = Number.POSITIVE_INFINITY, nodeArgs = [], onOutput }:
      ProgramProcessOptions
  ) {
    this.file = file
    this.linesKept = linesKept
    const command = isExecutable ? [file, ...args] : [process.execPath, ...nodeArgs, file, ...args]
    this.child = spawn(command[0]!, command.slice(1), {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    // It may have ended, or not listen, when it is told something.
    this.child.stdin?.on("error", () => undefined)
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      if (onOutput !== undefined) stream.on("data", onOutput)
      createInterface({ input: stream }).on("line", (text) => this.take(text))
    }
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => {
        this.take(error.message)
        resolve(-1)
      })
      this.child.once("close", (code, signal) => resolve(code ?? signal ?? -1))
    })
    void this.ended.then(() => {
      this.isOver = true
      for (const look of this.waiting) look()
    })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  get lines(): ReadonlyArray<Line> {
    return this.parsed
  }

  get output(): string {
    return this.texts.map((text) => `${text}\n`).join("")
  }

  private take(text: string): void {
    this.texts.push(text)
    const line = parse(text)
    if (line !== undefined) this.parsed.push(line)
    if (this.texts.length > this.linesKept) this.texts.shift()
    if (this.parsed.length > this.linesKept) this.parsed.shift()
    if (line !== undefined) { for (const look of this.waiting) look() }
  }

  /**
   * Looks after every line until something is found. Rejects with all it wrote when it ends before that, or takes longer than
   * `withinMillis`, if that is given.
   */
  until<A>(what: string, look: () => A | undefined, withinMillis?: number, abandoned?: AbortSignal): Promise<A> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(patience)
        this.waiting.delete(again)
      }
      const fail = (why: string) => {
        done()
        reject(new Error(`${this.file} ${why} before it said ${what}:\n${this.output}`))
      }
      const again = () => {
        const found = look()
        if (found !== undefined) {
          done()
          resolve(found)
        } else if (this.isOver) fail("ended")
      }
      const patience = withinMillis === undefined
        ? undefined
        : setTimeout(() => fail(`took more than ${withinMillis} ms`), withinMillis)
      abandoned?.addEventListener("abort", done)
      this.waiting.add(again)
      again()
    })
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Ends it, also when it is paused, and waits for that. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | NodeJS.Signals> {
    this.signal("SIGCONT")
    this.signal(signal)
    return this.ended
  }
}
