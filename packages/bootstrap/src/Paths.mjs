import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..")

// npm runs its scripts at the root and says where the person stands; started without npm, that is where we are.
const initial = process.env["INIT_CWD"]
const isOfNpm = process.env["npm_lifecycle_event"] !== undefined && process.cwd() === root
const standpoint = isOfNpm && initial !== undefined && path.isAbsolute(initial) ? initial : process.cwd()

/** Where things are. Everything that is installed or made goes to folders that git ignores. */
export const Paths = {
  root,
  /** Where the person stands who started this. */
  standpoint,
  /** What the bootstrap installs. */
  tools: path.join(root, ".tools"),
  /** What type checking, tests and bundling leave. */
  build: path.join(root, ".build"),
  /** What a development broker stores, unless `--data` says otherwise. */
  data: path.join(root, ".data"),

  /**
   * A path that somebody gave, from where that person stands.
   * @param {string} given
   */
  given: (given) => path.resolve(standpoint, given),

  /**
   * A path as the person would type it: in a shell, from where that person stands, the shorter way.
   * @param {string} file
   */
  display: (file) => {
    const relative = path.relative(standpoint, file) || "."
    return quoted(relative.length < file.length ? relative : file)
  }
}

/** @param {string} text */
const quoted = (text) => {
  // oxlint-disable-next-line no-control-regex -- they would break the line, or the terminal
  if (/[\u0000-\u001f\u007f]/.test(text)) return JSON.stringify(text)
  return /^[\p{L}\p{N}\p{M}_@%+=:,./~-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
