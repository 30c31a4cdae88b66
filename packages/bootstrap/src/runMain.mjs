import { ToolchainError } from "./ToolchainError.mjs"

/**
 * Runs an entry point and ends the process with the exit code it answers. A `ToolchainError` becomes one line; anything
 * else is a defect and keeps its stack.
 * @param {() => Promise<number>} main
 */
export const runMain = async (main) => {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error
    process.stderr.write(`error: ${error.message.trimEnd()}\n`)
    process.exitCode = error.exitCode
  }
}
