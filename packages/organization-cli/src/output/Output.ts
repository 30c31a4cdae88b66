import { Console, Context, Effect, Layer } from "effect"
import { fstatSync, writeSync } from "node:fs"
import { isatty } from "node:tty"
import { printableLines } from "./printable.ts"

/** Where output goes. */
export type Channel = "stdout" | "stderr"

/** Why output is lost. */
export interface Loss {
  /** The name that the system has for it, for example `ENOSPC`. */
  readonly code: string
  readonly message: string
}

/** The first loss of each channel, `undefined` where all was written. */
export type Losses = { readonly [_ in Channel]: Loss | undefined }

/** Standard output and error, where a failure to write is noticed. What follows a loss on the same channel is not written. */
export class Output extends Context.Service<Output, {
  /** Hands over what is to be written, as it is, after all before it. */
  readonly write: (channel: Channel, text: string) => void
  /** Waits until all that was handed over is written or lost. */
  readonly losses: Effect.Effect<Losses>
}>()("@cim-domain/organization-cli/output/Output") {
  /** The process's own. */
  static readonly layer = Layer.sync(Output, () => {
    const channels = { stdout: openChannel(1), stderr: openChannel(2) }
    return {
      write: (channel, text) => channels[channel].write(text),
      losses: Effect.promise(async () => ({
        stdout: await channels.stdout.loss(),
        stderr: await channels.stderr.loss()
      }))
    }
  })
}

/** The console that everything is printed with: lines without anything that a terminal should not get. */
export const consoleLayer: Layer.Layer<never, never, Output> = Layer.effect(
  Console.Console,
  Effect.map(Output, ({ write }) => {
    const to = (channel: Channel) => (...values: ReadonlyArray<unknown>) =>
      write(channel, `${printableLines(values.map(String).join(" "))}\n`)
    return Object.assign(Object.create(console) as Console.Console, { log: to("stdout"), error: to("stderr") })
  })
)

interface OpenChannel {
  readonly write: (text: string) => void
  readonly loss: () => Promise<Loss | undefined>
}

const openChannel = (fd: 1 | 2): OpenChannel => isFile(fd) ? fileChannel(fd) : streamChannel(fd)

/** Files and devices such as `/dev/full`, for which the streams of Node overlook a part that was not written. */
const isFile = (fd: number): boolean => {
  const stat = fstatSync(fd)
  return stat.isFile() || stat.isBlockDevice() || stat.isCharacterDevice() && !isatty(fd)
}

const fileChannel = (fd: number): OpenChannel => {
  let loss: Loss | undefined
  return {
    write: (text) => {
      if (loss !== undefined) return
      const bytes = Buffer.from(text)
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      } catch (error) {
        loss = toLoss(error as NodeJS.ErrnoException)
      }
    },
    loss: () => Promise.resolve(loss)
  }
}

/** Terminals, pipes and sockets. */
const streamChannel = (fd: 1 | 2): OpenChannel => {
  const stream = fd === 1 ? process.stdout : process.stderr
  let loss: Loss | undefined
  let written: Promise<void> = Promise.resolve()
  stream.on("error", (error) => loss ??= toLoss(error))
  return {
    write: (text) => {
      if (loss !== undefined) return
      written = new Promise((resolve) =>
        stream.write(text, (error) => {
          if (error) loss ??= toLoss(error)
          resolve()
        })
      )
    },
    loss: async () => {
      await written
      return loss
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  EPIPE: "its reader is gone",
  ENOSPC: "no space left on device"
}

const toLoss = ({ code = "unknown", message }: NodeJS.ErrnoException): Loss => ({
  code,
  message: reasons[code] ?? message
})
