import { Ending } from "./Ending.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/**
 * Runs an entry point and ends the process with the exit code it answers. A `ToolchainError`, a fault of the machine and
 * the request to end become one line; anything else is a defect and keeps its stack.
 * @param {() => Promise<number>} main
 */
export const runMain = async (main) => {
  Ending.listen()
  try {
    process.exitCode = await main()
    // Standard output says a moment later that it has taken nothing of what was written last.
    await new Promise((resolve) => setImmediate(resolve))
    if (Ending.reason()?.isFault === true) Ending.check()
  } catch (error) {
    const asked = Ending.reason()
    const line = asked?.words ?? (error instanceof ToolchainError ? error.message.trimEnd() : SystemFault.line(error))
    if (line === undefined) throw error
    process.stderr.write(`error: ${line}\n`)
    process.exitCode = asked?.exitCode ?? (error instanceof ToolchainError ? error.exitCode : 1)
  }
}
