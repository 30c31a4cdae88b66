import { Context, Effect } from "effect"
import { promisify } from "node:util"
import { deflate, deflateSync, inflate, inflateSync } from "node:zlib"

/** How states of snapshots are compressed. */
export interface StateCompression {
  readonly deflate: (state: Uint8Array) => Effect.Effect<Uint8Array>
  /** Gives what was compressed, `undefined` when nothing was, and says so when it is more than so many bytes. */
  readonly inflate: (bytes: Uint8Array, maxBytes: number) => Effect.Effect<Uint8Array | "too large" | undefined>
}

const deflateAsync = promisify<Uint8Array, Buffer>(deflate)
const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate)

const notInflated = (error: unknown): "too large" | undefined =>
  error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? "too large" : undefined

/** In the process itself, which does nothing else meanwhile: for who has to know when it is done. */
export const atOnce: StateCompression = {
  deflate: (state) => Effect.sync(() => deflateSync(state)),
  inflate: (bytes, maxBytes) =>
    Effect.sync(() => {
      try {
        return inflateSync(bytes, { maxOutputLength: maxBytes })
      } catch (error) {
        return notInflated(error)
      }
    })
}

/** By default in a thread: a megabyte takes some 20 ms, and other commands do not wait for it. */
export const StateCompression = Context.Reference<StateCompression>("@cim-domain/nats/snapshots/StateCompression", {
  defaultValue: () => ({
    deflate: (state) => Effect.promise(() => deflateAsync(state)),
    inflate: (bytes, maxBytes) =>
      Effect.promise(() => inflateAsync(bytes, { maxOutputLength: maxBytes }).catch(notInflated))
  })
})
