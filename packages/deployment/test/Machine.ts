import { Effect, Schedule, type Scope } from "effect"
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** What a command inside the machine answered. */
export interface Answer {
  readonly code: number
  /** Both streams. */
  readonly said: string
}

/** A machine with systemd as its first process: this one's files, a state of its own, and this one's network. */
export interface Machine {
  readonly run: (...command: ReadonlyArray<string>) => Effect.Effect<Answer>
  /** A property of a unit, as `systemctl show` gives it. */
  readonly property: (unit: string, name: string) => Effect.Effect<string>
  /** What a unit logged, and what systemd said of it, as `journalctl` shows it. */
  readonly journal: (unit: string) => Effect.Effect<string>
  readonly write: (file: string, text: string) => Effect.Effect<void>
  /** A process of a unit: its number in the world outside. */
  readonly status: (pid: string) => Effect.Effect<string>
  /** Sends a signal to the main process of a unit. */
  readonly signal: (unit: string, signal: string) => Effect.Effect<Answer>
}

/** Tries every 100 ms, a minute long. */
const patience = Schedule.spaced("100 millis").pipe(Schedule.upTo({ duration: "60 seconds" }))

/** Waits until what is looked at is as expected, a minute at most; then dies with what was seen last. */
export const eventually = <A, R>(
  what: string,
  look: Effect.Effect<A, never, R>,
  isAsExpected: (seen: A) => boolean
): Effect.Effect<A, never, R> => {
  let last: A | undefined
  return look.pipe(
    Effect.tap((seen) => Effect.sync(() => last = seen)),
    Effect.filterOrFail(isAsExpected, () => "not yet" as const),
    Effect.retry(patience),
    Effect.catch(() => Effect.die(new Error(`${what}: seen last was ${JSON.stringify(last)}`)))
  )
}

const execute = (program: string, ...args: ReadonlyArray<string>) =>
  Effect.callback<Answer>((resume) => {
    execFile(program, args, { maxBuffer: 16 * 1_048_576 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1
      resume(Effect.succeed({ code, said: out + err }))
    })
  })

const must = (program: string, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(
    execute(program, ...args),
    ({ code, said }) =>
      code === 0 ? Effect.succeed(said) : Effect.die(new Error(`${program} ${args.join(" ")}: ${said}`))
  )

/** An overlay over this machine's files: what is written goes to memory, and is gone with the scope. */
const overlay = Effect.gen(function*() {
  const base = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "organization-machine-"))),
    (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }).catch(() => undefined))
  )
  yield* Effect.acquireRelease(
    must("mount", "-t", "tmpfs", "tmpfs", base),
    () => execute("umount", "--lazy", base)
  )
  const [upper, work, root] = [join(base, "upper"), join(base, "work"), join(base, "root")]
  yield* Effect.promise(() => Promise.all([upper, work, root].map((folder) => mkdir(folder))))
  const layers = `lowerdir=/,upperdir=${upper},workdir=${work}`
  yield* Effect.acquireRelease(
    must("mount", "-t", "overlay", "overlay", "-o", layers, root),
    () => execute("umount", "--lazy", root)
  )
  return root
})

/** The first process in the machine: the child of systemd-nspawn that is a systemd. */
const leaderOf = (nspawn: ChildProcess, words: () => string) =>
  eventually(
    "the machine boots",
    Effect.promise(async () => {
      if (nspawn.exitCode !== null) throw new Error(`systemd-nspawn ended:\n${words()}`)
      const children = await readFile(`/proc/${nspawn.pid}/task/${nspawn.pid}/children`, "utf8").catch(() => "")
      const pid = children.trim().split(" ").at(-1) ?? ""
      const name = pid === "" ? "" : await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")
      return name.trim() === "systemd" ? pid : ""
    }),
    (pid) => pid !== ""
  )

/** What the machine starts: what systemd needs, and the units that are wanted. */
const target = (units: ReadonlyArray<string>) =>
  `[Unit]
Requires=sysinit.target
After=sysinit.target
Wants=systemd-journald.service ${units.join(" ")}
`

/**
 * Boots a machine that starts `wanted`, with `files` added to it. It is ended, by its process number, when the scope closes.
 */
export const boot = Effect.fnUntraced(function*(
  { files, wanted }: { readonly files: Readonly<Record<string, string>>; readonly wanted: ReadonlyArray<string> }
): Effect.fn.Return<Machine, never, Scope.Scope> {
  const root = yield* overlay
  const write = (file: string, text: string) =>
    Effect.promise(async () => {
      await mkdir(dirname(join(root, file)), { recursive: true })
      await writeFile(join(root, file), text, { mode: 0o600 })
    })
  const all = { ...files, "/etc/systemd/system/test.target": target(wanted) }
  yield* Effect.forEach(Object.entries(all), ([file, text]) => write(file, text))

  const { nspawn, words } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const args = ["--register=no", "--keep-unit", "--quiet", "-D", root, "-b", "systemd.unit=test.target"]
      // Whatever ends this process, the machine does not outlive it.
      const child = spawn("setpriv", ["--pdeathsig", "KILL", "systemd-nspawn", ...args], {
        stdio: ["ignore", "pipe", "pipe"]
      })
      let text = ""
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => text += String(chunk))
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
      return { nspawn: child, words: () => text, ended }
    }),
    ({ ended, nspawn }) => Effect.andThen(Effect.sync(() => nspawn.kill("SIGKILL")), Effect.promise(() => ended))
  )
  const leader = yield* leaderOf(nspawn, words)

  const run = (...command: ReadonlyArray<string>) =>
    execute("nsenter", "--target", leader, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--", ...command)
  const property = (unit: string, name: string) =>
    Effect.map(run("systemctl", "show", "--property", name, "--value", unit), ({ said }) => said.trim())
  yield* eventually(
    "the machine is up",
    Effect.all([property("test.target", "ActiveState"), Effect.sync(words)]),
    ([state]) => state === "active"
  )
  return {
    run,
    property,
    write,
    journal: (unit) => Effect.map(run("journalctl", "--no-pager", "--output=cat", "--unit", unit), ({ said }) => said),
    status: (pid) => Effect.map(run("cat", `/proc/${pid}/status`), ({ said }) => said),
    signal: (unit, signal) => run("systemctl", "kill", "--kill-who=main", `--signal=${signal}`, unit)
  }
})
