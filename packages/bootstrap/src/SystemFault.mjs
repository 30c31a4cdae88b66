import { Paths } from "./Paths.mjs"

/** Codes of the operating system, in words: the cause, and what helps. */
const words = /** @type {Record<string, readonly [string, string] | undefined>} */ ({
  ENOSPC: ["the disk is full", "make room there"],
  EDQUOT: ["the disk quota is used up", "make room there"],
  EROFS: ["the disk is read-only", "make it writable"],
  EACCES: ["permission denied", "change its owner or its permissions"],
  EPERM: ["permission denied", "change its owner or its permissions"],
  ENOTDIR: ["a file stands where a folder should be", "move that file away"],
  EEXIST: ["a file, or a link that leads nowhere, stands where a folder should be", "move that away"],
  ENOENT: ["it is not there, or a link on the way leads nowhere", "mend the path"],
  ELOOP: ["links on the way lead in a circle", "mend the path"],
  ENAMETOOLONG: ["the path is too long", "use a shorter one"],
  EIO: ["the disk cannot be read or written", "check it"],
  EMFILE: ["too many files are open", "raise `ulimit -n`"],
  ENFILE: ["too many files are open on this machine", "close some"],
  EAGAIN: ["no more processes can be started", "end some, or raise `ulimit -u`"],
  ENOMEM: ["there is not enough memory", "end other programs"]
})

/** What libraries and other programs write for some of those codes. */
const spoken = [
  /** @type {const} */ (["ENOSPC", /\bENOSPC\b|no space left on device|not enough free space/i]),
  /** @type {const} */ (["EDQUOT", /\bEDQUOT\b|disk quota exceeded/i]),
  /** @type {const} */ (["EROFS", /\bEROFS\b|read-only file system/i]),
  /** @type {const} */ (["EIO", /\bEIO\b|input\/output error/i]),
  /** @type {const} */ (["EACCES", /\bEACCES\b|permission denied/i])
]

/** Faults of disk and machine, told in one line. */
export const SystemFault = {
  /**
   * Cause and help for an error of the operating system; `undefined` for any other.
   * @param {unknown} error
   * @returns {{ cause: string, help: string, path: string | undefined } | undefined}
   */
  of: (error) => {
    if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined
    const [cause, help] = words[String(error.code)] ?? [error.message, "see to it"]
    const path = "path" in error && typeof error.path === "string" ? error.path : undefined
    return { cause: `${cause} (${String(error.code)})`, help, path }
  },

  /**
   * Cause and help for a fault that a program names in its output; `undefined` if it names none.
   * @param {string} output
   */
  spokenOf: (output) => {
    const code = spoken.find(([, pattern]) => pattern.test(output))?.[0]
    const found = code === undefined ? undefined : words[code]
    return found === undefined ? undefined : { cause: `${found[0]} (${code})`, help: found[1] }
  },

  /**
   * One line for an error of the operating system, `undefined` for any other.
   * @param {unknown} error
   */
  line: (error) => {
    const fault = SystemFault.of(error)
    if (fault === undefined) return undefined
    return `${
      fault.path === undefined ? "" : `${Paths.display(fault.path)}: `
    }${fault.cause}; ${fault.help}, and try again`
  }
}
