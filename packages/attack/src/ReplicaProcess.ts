import { Effect, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { createWriteStream } from "node:fs"

/** How to run one replica. */
export interface ReplicaProcessOptions {
  readonly name: string
  /** The program. */
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** Everything that all its lives log goes here. */
  readonly log: string
}

/** A replica in a process of its own. One that ends by itself is written down and started again. */
export interface ReplicaProcess {
  readonly name: string
  readonly pid: Effect.Effect<number>
  readonly kill: Effect.Effect<void>
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
  /** SIGTERM, then waits for the end. */
  readonly stop: Effect.Effect<void>
  readonly start: Effect.Effect<void>
  /** Waits until the broker knows its subscription. */
  readonly ready: Effect.Effect<void>
  /** Times that it ended though nobody told it to, or otherwise than it should. */
  readonly deaths: ReadonlyArray<string>
}

const restartMillis = 200

/** More than a replica gives itself to finish what it has taken. */
const stopMillis = 30_000

/** Starts it; whatever became of it, it is gone when the scope closes. */
export const startReplicaProcess = (
  options: ReplicaProcessOptions
): Effect.Effect<ReplicaProcess, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const life = new Life(options)
        life.start()
        return life
      }),
      (life) => Effect.promise(() => life.close())
    ),
    (life) => ({
      name: options.name,
      pid: Effect.sync(() => life.pid),
      kill: Effect.promise(() => life.end("SIGKILL")),
      pause: Effect.sync(() => life.signal("SIGSTOP")),
      resume: Effect.sync(() => life.signal("SIGCONT")),
      stop: Effect.promise(() => life.end("SIGTERM")),
      start: Effect.sync(() => life.start()),
      ready: Effect.promise(() => life.ready),
      deaths: life.deaths
    })
  )

class Life {
  readonly deaths: Array<string> = []
  ready: Promise<void> = Promise.resolve()
  private isReady = false
  private child: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()
  private told: NodeJS.Signals | undefined
  private readonly options: ReplicaProcessOptions
  private readonly log

  constructor(options: ReplicaProcessOptions) {
    this.options = options
    this.log = createWriteStream(options.log, { flags: "a" })
  }

  start(): void {
    this.told = undefined
    this.isReady = false
    const child = spawn(process.execPath, [this.options.file], {
      env: { PATH: process.env["PATH"], ...this.options.env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    this.child = child
    this.log.write(`-- process ${child.pid}\n`)
    this.ready = new Promise((resolve) => {
      let recent = ""
      const watch = (chunk: Buffer) => {
        this.log.write(chunk)
        if (this.isReady) return
        recent = (recent + String(chunk)).slice(-2_000)
        if (!recent.includes("\"message\":\"ready\"")) return
        this.isReady = true
        resolve()
      }
      child.stdout.on("data", watch)
      child.stderr.on("data", watch)
    })
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.log.write(`-- ended with ${code ?? signal}\n`)
        // Before it is ready it may not listen to signals yet, and has taken nothing.
        if (this.told === undefined || (this.told === "SIGTERM" && code !== 0 && this.isReady)) {
          this.deaths.push(`${this.options.name} ended with ${code ?? signal}, told ${this.told ?? "nothing"}`)
        }
        if (this.told === undefined) setTimeout(() => this.told === undefined && this.start(), restartMillis)
        resolve()
      })
    })
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal)
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.told = signal
    this.signal("SIGCONT")
    this.signal(signal)
    const patience = setTimeout(() => {
      this.deaths.push(`${this.options.name} did not end within ${stopMillis} ms of ${signal}`)
      this.signal("SIGKILL")
    }, stopMillis)
    await this.ended
    clearTimeout(patience)
  }

  async close(): Promise<void> {
    await this.end("SIGKILL")
    await new Promise<void>((resolve) => this.log.end(resolve))
  }
}
