import { constants } from "node:os"
import { Ending } from "./Ending.mjs"
import { spawnTethered } from "./spawnTethered.mjs"

/**
 * Runs a program on the terminal of this process, to its end.
 * @param {string} file
 * @param {ReadonlyArray<string>} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, stdin: "ignore" | "inherit" }} options
 * @returns {Promise<number>} its exit code; 128 and more when a signal ended it
 */
export const runForeground = (file, args, { cwd, env, stdin }) =>
  new Promise((resolve, reject) => {
    const child = spawnTethered(file, args, { cwd, env, ownGroup: false, stdin, output: "inherit" })
    const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
    const onAsked = () => {
      // The terminal sends Ctrl-C to both; what it means is the program's business.
      if (Ending.reason()?.exitCode !== 128 + constants.signals.SIGINT) child.kill("SIGTERM")
      else if (!hasTerminal) child.kill("SIGINT")
    }
    Ending.signal.addEventListener("abort", onAsked)
    if (Ending.signal.aborted) onAsked()
    /** @param {() => void} answer */
    const finish = (answer) => {
      Ending.signal.removeEventListener("abort", onAsked)
      answer()
    }
    child.once("error", (error) => finish(() => reject(error)))
    child.once(
      "exit",
      (code, signal) => finish(() => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    )
  })
