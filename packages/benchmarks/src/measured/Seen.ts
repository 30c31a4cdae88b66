/** What a replica was seen to do while it was watched; see `introspect/main.ts`. */
export interface Seen {
  readonly allocatedBytes: number
  /** What was young before each scavenge, all together. */
  readonly youngBytes: number
  /** What of that was still there after it: copied, and to be collected at a higher price. */
  readonly survivedBytes: number
  /** Processor time of the process, but for what a profile costs. What is not the main thread's is the collector's and the compiler's. */
  readonly allThreadsMicros: number
  readonly mainThreadMicros: number
  readonly layers: LayerTimes
}

/** Self time of functions by layer, in microseconds of the profiler's clock; `idle` is no work. */
export type LayerTimes = Readonly<Record<string, number>>

/** Where code stands, and what it is there for; the first that fits. */
const places: ReadonlyArray<readonly [part: RegExp, layer: string]> = [
  [/\/packages\/(organization|commands\/src\/(memory|history|definition))\//, "decide, evolve, command memory"],
  [/\/packages\/commands\/src\/replica\//, "replica"],
  [/\/packages\/commands\/src\//, "codecs of commands, events, answers"],
  [/\/packages\/event-sourcing\/src\/(?:CompiledSchemas|schemas\/)/, "codecs of commands, events, answers"],
  [/\/packages\/event-sourcing\/src\//, "line, cache"],
  [/\/packages\/nats\/src\//, "store, subscription, requests"],
  [/\/packages\/(organization-)?service\/src\//, "replica"],
  [/\/@nats-io\//, "client"],
  [/\/effect\/|\/@effect\//, "Effect"],
  [/^node:/, "Node: sockets, streams, buffers"]
]

const byName: Readonly<Record<string, string>> = {
  "(idle)": "idle",
  "(garbage collector)": "garbage collection, main thread",
  "(program)": "kernel, compiler, native code",
  "(root)": "kernel, compiler, native code"
}

/** The layer that a function of a profile belongs to. */
export const layerOf = ({ functionName, url }: { readonly functionName: string; readonly url: string }): string =>
  byName[functionName] ?? places.find(([part]) => part.test(url))?.[1] ??
    (url === "" ? "kernel, compiler, native code" : "other")
