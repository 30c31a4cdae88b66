import { ProgramProcess } from "@cim-domain/testbed/ProgramProcess"
import { Effect, type Scope } from "effect"
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
      Effect.sync(() => new Lives(options)),
      (lives) => Effect.promise(() => lives.close())
    ),
    (lives) => ({
      name: options.name,
      pid: Effect.sync(() => lives.program.pid),
      kill: Effect.promise(() => lives.end("SIGKILL")),
      pause: Effect.sync(() => lives.program.signal("SIGSTOP")),
      resume: Effect.sync(() => lives.program.signal("SIGCONT")),
      stop: Effect.promise(() => lives.end("SIGTERM")),
      start: Effect.sync(() => void lives.start()),
      ready: Effect.promise(() => lives.ready()),
      deaths: lives.deaths
    })
  )

class Lives {
  readonly deaths: Array<string> = []
  program: ProgramProcess
  private isReady = false
  private readonly waiting = new Set<() => void>()
  private told: NodeJS.Signals | undefined
  private readonly options: ReplicaProcessOptions
  private readonly log

  constructor(options: ReplicaProcessOptions) {
    this.options = options
    this.log = createWriteStream(options.log, { flags: "a" })
    this.program = this.start()
  }

  start(): ProgramProcess {
    this.told = undefined
    this.isReady = false
    const { env, file, name } = this.options
    // The log has them all; looked for is only whether it is ready.
    const program = new ProgramProcess({ file, env, linesKept: 10, onOutput: (chunk) => this.log.write(chunk) })
    this.program = program
    this.log.write(`-- process ${program.pid}\n`)
    const look = () => program.lines.find(({ message }) => message === "ready")
    program.until("\"ready\"", look).then(() => this.isUp(program), () => undefined)
    void program.ended.then((end) => {
      const wasReady = this.isReady
      this.isReady = false
      this.log.write(`-- ended with ${end}\n`)
      // Before it is ready it may not listen to signals yet, and has taken nothing.
      if (this.told === undefined || (this.told === "SIGTERM" && end !== 0 && wasReady)) {
        this.deaths.push(`${name} ended with ${end}, told ${this.told ?? "nothing"}`)
      }
      if (this.told === undefined) setTimeout(() => this.told === undefined && this.start(), restartMillis)
    })
    return program
  }

  private isUp(program: ProgramProcess): void {
    if (program !== this.program) return
    this.isReady = true
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }

  /** Resolves when the one that runs is ready, or one of those that come after it. */
  ready(): Promise<void> {
    return this.isReady ? Promise.resolve() : new Promise((resolve) => this.waiting.add(resolve))
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.told = signal
    const patience = setTimeout(() => {
      this.deaths.push(`${this.options.name} did not end within ${stopMillis} ms of ${signal}`)
      this.program.signal("SIGKILL")
    }, stopMillis)
    await this.program.end(signal)
    clearTimeout(patience)
  }

  async close(): Promise<void> {
    await this.end("SIGKILL")
    await new Promise<void>((resolve) => this.log.end(resolve))
  }
}
