import { eventuallySeen } from "@cim-domain/testbed/eventually"
import { Effect, type Scope } from "effect"
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

const execute = (program: string, ...args: ReadonlyArray<string>) =>
  Effect.callback<Answer>((resume) => {
    execFile(program, args, { maxBuffer: 16 * 1_048_576 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1
      resume(Effect.succeed({ code, said: out + err }))
    })
  })

/** A folder with the files that are added to a machine, and an empty one for what it writes. */
const folderWith = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = await mkdtemp(join(tmpdir(), "organization-machine-"))
      await mkdir(join(folder, "memory"))
      for (const [file, text] of Object.entries(files)) await writeFileIn(join(folder, "files"), file, text)
      return folder
    }),
    (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
  )

const writeFileIn = async (root: string, file: string, text: string) => {
  await mkdir(dirname(join(root, file)), { recursive: true })
  await writeFile(join(root, file), text, { mode: 0o600 })
}

/** Boots an overlay over this machine's files; what is written there goes to memory. */
const bootScript = `set -e
cd "$1"
mount -t tmpfs tmpfs memory
mkdir memory/upper memory/work memory/root
mount -t overlay overlay -o lowerdir=/,upperdir=memory/upper,workdir=memory/work memory/root
cp -r files/. memory/root/
exec systemd-nspawn --register=no --keep-unit --quiet -D memory/root -b systemd.unit=test.target`

/**
 * Its processes and mounts are in namespaces of their own, and the first process there dies with its parent, as that does with
 * this one. So whatever ends a test, nothing of the machine outlives it. (The systemd in it would outlive systemd-nspawn.)
 */
const isolation = ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]

/** The last descendant in a line of only children, from `unshare` over systemd-nspawn to a systemd. */
const systemdUnder = async (pid: string): Promise<string> => {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")
  const child = children.trim().split(" ").at(-1) ?? ""
  if (child === "") return ""
  const name = await readFile(`/proc/${child}/comm`, "utf8").catch(() => "")
  return name.trim() === "systemd" ? child : systemdUnder(child)
}

/** The first process in the machine. */
const leaderOf = (machine: ChildProcess, words: () => string) =>
  eventuallySeen(
    "the machine boots",
    Effect.promise(() => {
      if (machine.exitCode !== null) throw new Error(`the machine ended:\n${words()}`)
      return systemdUnder(String(machine.pid))
    }),
    (pid) => pid !== "",
    "60 seconds"
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
  const folder = yield* folderWith({ ...files, "/etc/systemd/system/test.target": target(wanted) })
  const { machine, words } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn("setpriv", [...isolation, "sh", "-c", bootScript, "sh", folder], {
        stdio: ["ignore", "pipe", "pipe"]
      })
      let text = ""
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => text += String(chunk))
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
      return { machine: child, words: () => text, ended }
    }),
    ({ ended, machine }) => Effect.andThen(Effect.sync(() => machine.kill("SIGKILL")), Effect.promise(() => ended))
  )
  const leader = yield* leaderOf(machine, words)

  const run = (...command: ReadonlyArray<string>) =>
    execute("nsenter", "--target", leader, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--", ...command)
  const property = (unit: string, name: string) =>
    Effect.map(run("systemctl", "show", "--property", name, "--value", unit), ({ said }) => said.trim())
  yield* eventuallySeen(
    "the machine is up",
    Effect.all([property("test.target", "ActiveState"), Effect.sync(words)]),
    ([state]) => state === "active",
    "60 seconds"
  )
  return {
    run,
    property,
    write: (file, text) => Effect.promise(() => writeFileIn(`/proc/${leader}/root`, file, text)),
    journal: (unit) => Effect.map(run("journalctl", "--no-pager", "--output=cat", "--unit", unit), ({ said }) => said),
    status: (pid) => Effect.map(run("cat", `/proc/${pid}/status`), ({ said }) => said),
    signal: (unit, signal) => run("systemctl", "kill", "--kill-who=main", `--signal=${signal}`, unit)
  }
})
