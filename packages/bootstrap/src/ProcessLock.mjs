import { spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Ending } from "./Ending.mjs"
import { makeFolder } from "./makeFolder.mjs"
import { Paths } from "./Paths.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const ownerSuffix = ".owner"
/** Between two looks at a lock that somebody else has. */
const lookMillis = 100
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants

/** @typedef {{ holder: number | undefined, isOrphaned: boolean }} Holder */

/** @type {Set<number>} */
const held = new Set()

/** The descriptors that keep this process's locks. A child that inherits one keeps the lock until it ends, too. */
export const heldDescriptors = () => [...held]

/**
 * A folder that says a process uses what stands beside it. In it is one named pipe, which the holder has open for
 * reading. The kernel closes it when the holder ends, so a lock is never believed longer than its holder lives, whoever
 * has that process number now. A second pipe is not inherited by children: it tells whether they are all that is left. Why it is made like this: docs/decisions/0041.
 */
export const ProcessLock = {
  /**
   * Takes the lock. Answers how to release it, or the number of the process that took it, if it is known, and whether
   * that one has ended and only its children are left.
   * @param {string} file
   * @returns {{ release: () => void } | Holder}
   */
  acquire: (file) => {
    makeFolder(path.dirname(file))
    for (;;) {
      const holder = clear(file)
      if (holder !== "free") return holder
      const claim = prepare(file)
      if (claim === undefined) continue
      try {
        // Succeeds only where nothing or an empty folder is, so of all who try at one instant one does.
        fs.renameSync(claim.folder, file)
      } catch (error) {
        claim.drop()
        if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOTDIR", "ENOENT")) continue
        throw error
      }
      // Somebody may have swept up the pipe in the instant before it was open.
      if (!claim.names.every((name) => isPipe(path.join(file, name)))) {
        claim.close()
        continue
      }
      held.add(claim.descriptor)
      sweep(file)
      return {
        release: () => {
          for (const name of claim.names) remove(path.join(file, name))
          removeEmpty(file)
          held.delete(claim.descriptor)
          claim.close()
        }
      }
    }
  },

  /**
   * Takes the lock once nobody else has it. Whether to wait is for the caller to say, who fails when it is not worth it.
   * @param {string} file
   * @param {{
   *   deadlineMillis: number, announce: (holder: Holder) => void, check: (holder: Holder, isLate: boolean) => Promise<void>
   * }} options `announce` is called once, `check` whenever somebody else is found to have it
   * @returns {Promise<{ release: () => void }>}
   */
  acquireInTurn: async (file, { announce, check, deadlineMillis }) => {
    const deadline = performance.now() + deadlineMillis
    for (let isFirst = true;; isFirst = false) {
      const lock = ProcessLock.acquire(file)
      if ("release" in lock) return lock
      await check(lock, performance.now() > deadline)
      if (isFirst) announce(lock)
      await delay(lookMillis, undefined, { signal: Ending.signal })
    }
  }
}

/**
 * Removes what no living process stands behind. No name in the folder is ever used twice, so what is removed cannot be
 * the lock that somebody else has just taken.
 * @param {string} file
 * @returns {"free" | Holder}
 */
const clear = (file) => {
  const isFolder = fs.lstatSync(file, { throwIfNoEntry: false })?.isDirectory()
  if (isFolder === undefined) return "free"
  // Earlier versions kept a number in a file. Removing a file fails where it has become a folder in the meantime.
  if (!isFolder) remove(file)
  const names = isFolder ? entries(file) : []
  const open = names.filter((name) => isOpen(path.join(file, name)))
  if (open[0] !== undefined) {
    return {
      holder: /^[1-9]\d*\./.test(open[0]) ? Number.parseInt(open[0], 10) : undefined,
      isOrphaned: !open.some((name) => name.endsWith(ownerSuffix))
    }
  }
  for (const name of names) {
    const entry = path.join(file, name)
    remove(entry)
    if (fs.existsSync(entry) && !removeEmpty(entry)) {
      throw new ToolchainError(`${Paths.display(entry)} is in the way of a lock, and not empty; move it away`)
    }
  }
  return "free"
}

/**
 * A folder with our pipes in it, open already: it is alive whenever it is seen. `undefined` if it was swept away.
 * @param {string} file
 */
const prepare = (file) => {
  const unique = randomBytes(8).toString("hex")
  const folder = `${file}.${unique}`
  fs.mkdirSync(folder)
  const name = `${process.pid}.${unique}`
  const names = [name, `${name}${ownerSuffix}`]
  const pipes = names.map((name) => path.join(folder, name))
  /** @type {Array<number>} */
  const descriptors = []
  const close = () => {
    for (const descriptor of descriptors.splice(0)) fs.closeSync(descriptor)
  }
  const drop = () => {
    close()
    for (const pipe of pipes) remove(pipe)
    removeEmpty(folder)
  }
  try {
    // Whoever may look at the folder may look whether the lock is held.
    fs.chmodSync(folder, 0o755)
    if (!makePipes(pipes, file)) {
      drop()
      return undefined
    }
    for (const pipe of pipes) descriptors.push(fs.openSync(pipe, O_RDONLY | O_NONBLOCK))
    return { folder, names, descriptor: descriptors[0] ?? 0, close, drop }
  } catch (error) {
    drop()
    if (isErrno(error, "ENOENT")) return undefined
    throw error
  }
}

/**
 * @param {ReadonlyArray<string>} pipes
 * @param {string} file the lock they are for
 * @returns {boolean} `false` if their folder was swept away
 */
const makePipes = (pipes, file) => {
  const options = { encoding: /** @type {const} */ ("utf8"), env: { ...process.env, LC_ALL: "C" } }
  const { error, status, stderr } = spawnSync("mkfifo", ["-m", "666", ...pipes], options)
  if (status === 0) return true
  const reason = error?.message ?? stderr.trim().split(": ").at(-1)
  if (reason === "No such file or directory") return false
  throw new ToolchainError(
    `no named pipe can be made in ${Paths.display(path.dirname(file))}: ${reason}; use another disk`
  )
}

/**
 * Removes what killed processes prepared and did not use. A living one whose folder goes, too, begins again.
 * @param {string} file
 */
const sweep = (file) => {
  const name = path.basename(file)
  for (const other of entries(path.dirname(file))) {
    if (!other.startsWith(`${name}.`) || !/^[0-9a-f]{16}$/.test(other.slice(name.length + 1))) continue
    const folder = path.join(path.dirname(file), other)
    if (!fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue
    const pipes = entries(folder).map((entry) => path.join(folder, entry))
    if (pipes.some((pipe) => isOpen(pipe) || !isPipe(pipe))) continue
    for (const pipe of pipes) remove(pipe)
    removeEmpty(folder)
  }
}

/** @param {string} file */
const isPipe = (file) => fs.lstatSync(file, { throwIfNoEntry: false })?.isFIFO() ?? false

/**
 * Whether it is a named pipe that a process has open for reading: otherwise it cannot be opened for writing.
 * @param {string} file
 */
const isOpen = (file) => {
  if (!isPipe(file)) return false
  try {
    fs.closeSync(fs.openSync(file, O_WRONLY | O_NONBLOCK))
    return true
  } catch (error) {
    if (isErrno(error, "ENXIO", "ENOENT")) return false
    throw error
  }
}

/** @param {string} folder */
const entries = (folder) => {
  try {
    return fs.readdirSync(folder)
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return []
    throw error
  }
}

/** @param {string} file */
const remove = (file) => {
  try {
    fs.unlinkSync(file)
  } catch (error) {
    const isFolder = fs.lstatSync(file, { throwIfNoEntry: false })?.isDirectory() ?? true
    if (!isFolder) throw error
  }
}

/**
 * @param {string} folder
 * @returns {boolean} whether it is gone
 */
const removeEmpty = (folder) => {
  try {
    fs.rmdirSync(folder)
    return true
  } catch (error) {
    if (isErrno(error, "ENOENT")) return true
    if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOTDIR")) return false
    throw error
  }
}

/**
 * @param {unknown} error
 * @param {ReadonlyArray<string>} codes
 */
const isErrno = (error, ...codes) => error instanceof Error && "code" in error && codes.includes(String(error.code))
