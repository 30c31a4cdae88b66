import { spawn } from "node:child_process"
import { heldDescriptors } from "./ProcessLock.mjs"

/**
 * Starts a program that does not outlive this process, however this process ends: also when it is killed outright and
 * cannot say so. Its process is the program itself; beside it a shell waits on a pipe that only this process holds, and
 * ends the program when that pipe closes: SIGTERM at once, SIGKILL after 10 seconds.
 *
 * The program inherits the locks that this process holds: nobody takes them over before the program has ended, too.
 * @param {string} file
 * @param {ReadonlyArray<string>} args
 * @param {{
 *   cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, ownGroup: boolean,
 *   stdin: "ignore" | "inherit", output: "pipe" | "inherit"
 * }} options `ownGroup`: the program leads a process group, which Ctrl-C on the terminal does not reach, and which is
 * ended as a whole
 */
export const spawnTethered = (file, args, { cwd, env, ownGroup, stdin, output }) => {
  const child = spawn("/bin/sh", ["-c", ownGroup ? ofGroup : ofProcess, "tether", file, ...args], {
    cwd,
    env: env ?? process.env,
    detached: ownGroup,
    stdio: [stdin, output, output, "pipe", ...heldDescriptors()]
  })
  const tether = /** @type {import("node:net").Socket | null} */ (child.stdio[3] ?? null)
  tether?.on("error", () => {})
  // What it waits for has happened: without this word it would end whoever has the number next.
  child.once("exit", () => tether?.end("ended\n"))
  return child
}

/**
 * Sends a signal to the process group that a program started with `ownGroup` leads.
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export const signalGroup = ({ exitCode, pid, signalCode }, signal) => {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended in this moment, or may not be signalled any more: its end is reported either way.
  }
}

/** @param {string} target what `kill` takes */
const script = (target) =>
  `(trap "" HUP INT TERM
read -r _ <&3 && exit
kill -s TERM -- ${target}
i=0
while [ "$i" -lt 50 ] && kill -0 "$$"; do sleep 0.2; i=$((i + 1)); done
kill -s KILL -- ${target}) > /dev/null 2>&1 &
exec "$@" 3<&-`

const ofGroup = script(`"-$$"`)
const ofProcess = script(`"$$"`)
