import fs from "node:fs"
import path from "node:path"

/**
 * A file that names the process holding a folder. A lock whose process is gone is taken over, so a killed run never
 * blocks the next one.
 */
export const ProcessLock = {
  /**
   * Takes the lock. Answers how to release it, or the process that holds it.
   * @param {string} file
   * @returns {{ release: () => void } | { holder: number }}
   */
  acquire: (file) => {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const claim = `${file}.${process.pid}`
    fs.writeFileSync(claim, `${process.pid}\n`)
    try {
      for (;;) {
        try {
          // A link appears whole or not at all: nobody can read a lock without its owner's number in it.
          fs.linkSync(claim, file)
          return { release: () => fs.rmSync(file, { force: true }) }
        } catch (error) {
          if (!isErrno(error, "EEXIST")) throw error
        }
        const holder = readHolder(file)
        if (holder !== undefined && holder !== process.pid && isAlive(holder)) return { holder }
        fs.rmSync(file, { force: true })
      }
    } finally {
      fs.rmSync(claim, { force: true })
    }
  }
}

/** @param {string} file */
const readHolder = (file) => {
  try {
    const holder = Number.parseInt(fs.readFileSync(file, "utf8"), 10)
    return Number.isInteger(holder) && holder > 0 ? holder : undefined
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined
    throw error
  }
}

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, "EPERM")
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
const isErrno = (error, code) => error instanceof Error && "code" in error && error.code === code
