import { Effect, type Scope } from "effect"
import { readFile } from "node:fs/promises"

const everyMillis = 500

/** Resident memory of a process over time, in MiB. */
export interface Memory {
  readonly samples: ReadonlyArray<number>
}

/** Looks at a process twice a second for as long as the scope lives. It may be another one each time. */
export const watchMemory = Effect.fnUntraced(
  function*(pid: Effect.Effect<number>): Effect.fn.Return<Memory, never, Scope.Scope> {
    const samples: Array<number> = []
    const look = Effect.flatMap(pid, (pid) =>
      Effect.promise(async () => {
        const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "")
        const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
        if (kibibytes !== undefined) samples.push(Math.round(Number(kibibytes) / 1_024))
      }))
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(look, Effect.sleep(everyMillis))))
    return { samples }
  }
)
