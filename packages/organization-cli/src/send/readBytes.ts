import * as NodeStream from "@effect/platform-node/NodeStream"
import { Effect, FileSystem, Stdio, Stream } from "effect"
import type { PlatformError } from "effect/PlatformError"
import { constants, createReadStream, fstatSync, openSync } from "node:fs"
import { Socket } from "node:net"
import { BadInput } from "../exitCodes.ts"
import { whyUnreadable } from "../whyUnreadable.ts"

/** Names of standard input. The devices cannot be opened where it is a socket. */
const standardInput: ReadonlySet<string> = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])

/** What a file is called in messages. */
export const nameOfFile = (file: string): string => standardInput.has(file) ? "standard input" : file

/** Where bytes come from. */
type Source = "regular" | "standard input" | "named pipe" | "device"

/** What a file is. Fails with `BadInput` when it is none that can be read. */
const sourceOf = Effect.fnUntraced(function*(file: string) {
  const isFolder = new BadInput({ problems: [`cannot read ${nameOfFile(file)}: it is a folder`] })
  if (standardInput.has(file)) {
    // Node reads nothing from a folder, and says nothing.
    if (fstatSync(0).isDirectory()) return yield* isFolder
    return "standard input" satisfies Source
  }
  const fs = yield* FileSystem.FileSystem
  const { type } = yield* Effect.mapError(fs.stat(file), (error) => cannotRead(file, error))
  if (type === "Directory") return yield* isFolder
  return (type === "File" ? "regular" : type === "FIFO" ? "named pipe" : "device") satisfies Source
})

/** Whether a file can be read more than once. Fails with `BadInput` when it is none that can be read. */
export const isRegular = (file: string) => Effect.map(sourceOf(file), (source) => source === "regular")

/** The bytes of a file, of a named pipe, or of standard input, which `-` stands for. Fails with `BadInput`. */
export const readBytes = (
  file: string
): Stream.Stream<Uint8Array, BadInput, FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function*() {
    const source = yield* sourceOf(file)
    const fs = yield* FileSystem.FileSystem
    const stdio = yield* Stdio.Stdio
    if (source === "standard input") return Stream.mapError(stdio.stdin, (error) => cannotRead(file, error))
    if (source === "regular") return Stream.mapError(fs.stream(file), (error) => cannotRead(file, error))
    const failed = (cause: unknown) => new BadInput({ problems: [`cannot read ${file}: ${String(cause)}`] })
    const opened = yield* Effect.try({
      try: () => source === "named pipe" ? openPipe(file) : createReadStream(file),
      catch: failed
    })
    return NodeStream.fromReadable<Uint8Array, BadInput>({ evaluate: () => opened, onError: failed })
  }).pipe(Stream.unwrap)

/** Waits for somebody to write without a thread that waits, because the process could not end while it does. */
const openPipe = (file: string): Socket =>
  new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })

const cannotRead = (file: string, error: PlatformError): BadInput =>
  new BadInput({ problems: [`cannot read ${nameOfFile(file)}: ${whyUnreadable(error)}`] })
