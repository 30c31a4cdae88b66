import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./temporaryFolder.ts"

const root = path.resolve(import.meta.dirname, "../../..")

/** How long anything may take on a machine that does much else. */
export const patienceMillis = 90_000

/** Waits until a condition holds, or fails with what it is about. */
export const until = (what: () => string, holds: () => boolean) =>
  vi.waitFor(() => {
    if (!holds()) throw new Error(`still not: ${what()}`)
  }, { timeout: patienceMillis, interval: 50 })

/** A port on which nothing listens. */
export const freePort = async () => {
  const server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

/** Whether a process is there and has not ended: one that has, and that nobody has asked about, is not. */
export const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return !/\) Z /.test(fs.existsSync("/proc/self/stat") ? fs.readFileSync(`/proc/${pid}/stat`, "utf8") : "")
  } catch {
    return false
  }
}

/** A real `npm start` with one replica, and everything it says. */
export class Started {
  out = ""
  errors = ""
  readonly child: ChildProcess
  readonly code: Promise<number | null>

  private constructor(command: string, args: ReadonlyArray<string>, cwd: string, env: Record<string, string>) {
    this.child = spawn(command, args, { cwd, env: { ...process.env, INIT_CWD: undefined, ...env } })
    this.child.stdout?.on("data", (chunk) => this.out += chunk).on("error", () => {})
    this.child.stderr?.on("data", (chunk) => this.errors += chunk)
    this.code = once(this.child, "close").then(([code]) => code)
    onTestFinished(async () => {
      for (const pid of [this.child.pid ?? 0, ...this.pids]) if (pid > 0 && isRunning(pid)) process.kill(pid, "SIGKILL")
      await this.code
    })
  }

  /** `node start.mjs`, as `npm start` runs it. */
  static directly(args: ReadonlyArray<string>, env: Record<string, string> = {}) {
    const script = path.join(root, "packages/bootstrap/start.mjs")
    return new Started(process.execPath, [script, ...args], root, { npm_lifecycle_event: "start", ...env })
  }

  /** `npm start` itself, from a folder of the repository. */
  static byNpm(cwd: string, args: ReadonlyArray<string>) {
    return new Started("npm", ["start", "--", ...args], path.join(root, cwd), {})
  }

  /** `node start.mjs` in a shell, which can do what `spawn` cannot. */
  static inShell(redirection: string, args: ReadonlyArray<string>) {
    const script = path.join(root, "packages/bootstrap/start.mjs")
    return new Started("/bin/sh", ["-c", `exec "$0" "$@" ${redirection}`, process.execPath, script, ...args], root, {})
  }

  /** Broker and replicas, as far as it has named them. */
  get pids() {
    return [...this.out.matchAll(/process (\d+)/g)].map((match) => Number(match[1]))
  }

  async ready() {
    await until(
      () => `ready; so far: ${this.out}${this.errors}`,
      () => this.out.includes("Try next") || this.child.exitCode !== null
    )
    if (this.child.exitCode !== null) throw new Error(`it ended: ${this.out}${this.errors}`)
    return this.pids
  }

  /** Its exit code and the lines on standard error, once it and all it started have ended. */
  async ended() {
    const code = await this.code
    await until(() => `the end of ${this.pids.join()}`, () => this.pids.every((pid) => !isRunning(pid)))
    return { code, errors: this.errors.trimEnd().split("\n") }
  }
}

/** The options of a run of its own. */
export const ownOptions = async (data = path.join(temporaryFolder(), "data")) => [
  "--data",
  data,
  "--port",
  String(await freePort()),
  "--replicas",
  "1"
]
