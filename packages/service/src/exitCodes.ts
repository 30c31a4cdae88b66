/** With what the process ends, and what it means. Whatever is not 0 is worth a restart, but for `usage`. */
export const exitCodes = {
  /** It was asked to stop, and has answered what it had taken. */
  stopped: 0,
  /** It cannot go on; the last line of the log, a FATAL, says why. */
  failed: 1,
  /** It was called with arguments that it does not know. */
  usage: 2,
  /** Ctrl-C was pressed again: commands in flight were left unanswered. */
  interrupted: 130
} as const
