import { Data, Effect } from "effect"
import { accessSync, constants, statSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, isAbsolute, normalize } from "node:path"

/** Bytes that a file with a secret or a certificate may have. */
export const secretFileBytesMax = 262_144

/** Why a file that should hold a secret cannot be used, in words that repeat no secret. */
export class SecretFileError extends Data.TaggedError("SecretFileError")<{ readonly problem: string }> {
  override get message() {
    return this.problem
  }
}

/**
 * A path may be repeated once it leads somewhere: what leads nowhere may be the secret itself, given in the place of its file.
 */
const leadsSomewhere = (path: string): boolean => {
  const folder = dirname(normalize(path))
  return isAbsolute(path) && folder !== "/" && attempt(() => statSync(folder).isDirectory()) === true
}

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

/**
 * What keeps a file from being read, such as `"/run/secrets/token" is a folder`, or `undefined`. Looks at the file system, and repeats
 * the path only when it leads somewhere.
 */
export const secretFileProblem = (path: string): string | undefined => {
  const shown = JSON.stringify(path)
  const stat = attempt(() => statSync(path))
  if (stat === undefined) {
    return leadsSomewhere(path)
      ? `${shown} is missing, or may not be looked at`
      : "a path that leads nowhere (not shown: it may be the secret itself)"
  }
  if (stat.isDirectory()) return `${shown} is a folder`
  if (!stat.isFile()) return `${shown} is no regular file`
  if (stat.size > secretFileBytesMax) return `${shown} has ${stat.size} bytes, at most ${secretFileBytesMax} are read`
  return attempt(() => accessSync(path, constants.R_OK) ?? true) === true ? undefined : `${shown} may not be read`
}

/** Reads the whole file. */
export const readSecretFile = Effect.fnUntraced(function*(path: string): Effect.fn.Return<Uint8Array, SecretFileError> {
  const problem = secretFileProblem(path)
  if (problem !== undefined) return yield* new SecretFileError({ problem })
  const bytes = yield* Effect.tryPromise({
    try: () => readFile(path),
    catch: () => new SecretFileError({ problem: `${JSON.stringify(path)} cannot be read` })
  })
  if (bytes.length > 0) return bytes
  return yield* new SecretFileError({ problem: `${JSON.stringify(path)} is empty` })
})

/** Reads one line of text: a line end after it does not count. */
export const readSecretLine = Effect.fnUntraced(function*(path: string): Effect.fn.Return<string, SecretFileError> {
  const text = new TextDecoder().decode(yield* readSecretFile(path)).replace(/[\r\n]+$/, "")
  const shown = JSON.stringify(path)
  if (text === "") return yield* new SecretFileError({ problem: `${shown} is empty` })
  if (/[\r\n]/.test(text)) return yield* new SecretFileError({ problem: `${shown} has more than one line` })
  return text
})
