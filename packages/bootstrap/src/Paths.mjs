import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..")

/** Where things are. Everything that is installed or made goes to folders that git ignores. */
export const Paths = {
  root,
  /** What the bootstrap installs. */
  tools: path.join(root, ".tools"),
  /** What type checking, tests and bundling leave. */
  build: path.join(root, ".build"),
  /** What a development broker stores, unless `--data` says otherwise. */
  data: path.join(root, ".data"),

  /**
   * A path as a person at the root of the repository would type it.
   * @param {string} file
   */
  display: (file) => {
    const relative = path.relative(root, file)
    return relative === "" || relative.startsWith("..") ? file : relative
  }
}
