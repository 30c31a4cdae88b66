/** Something the workspace needs cannot be had, or was asked for wrongly. The message is one line: what, and what to do. */
export class ToolchainError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode what the process should end with; 2 is for a command line that cannot be understood
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.name = "ToolchainError"
    this.exitCode = exitCode
  }
}
