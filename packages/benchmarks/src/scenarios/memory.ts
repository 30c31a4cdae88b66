import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import { usageOfAll } from "../measured/ProcessUsage.ts"
import { found } from "./Pair.ts"

/** What the container image gives Node for its 512 MB (`nix/guest.nix`). */
const nodeOptions = "--max-old-space-size=320"

/** Resident memory of one replica as the container image runs it. */
export const memory: Benchmark = {
  name: "memory",
  about: "one replica: idle, after many organizations, and at its greatest under load",
  run: Effect.fnUntraced(function*(scale) {
    const service = yield* startService({ env: { NODE_OPTIONS: nodeOptions } })
    const figures: Array<Figure> = []
    const note = (
      name: string,
      bytes: (usage: NonNullable<ReturnType<typeof usageOfAll>>) => number,
      atMost: number
    ) => {
      const usage = usageOfAll(service.pids)
      if (usage === undefined) return
      figures.push({ name, value: bytes(usage) / 1024 ** 2, unit: "MB", target: { of: "value", atMost } })
    }
    note("memory, idle", (usage) => usage.residentBytes, 120)
    yield* found(service, scale.many)
    note("memory, many organizations touched", (usage) => usage.residentBytes, 300)
    yield* drive(service, {
      commands: scale.commands,
      warmUp: 0,
      pace: { inFlight: 256 },
      kind: "mix",
      organizations: scale.many,
      spread: "zipf"
    }, ["TEAM_NOT_FOUND"])
    note("memory, at its greatest under load", (usage) => usage.peakBytes, 300)
    return figures
  })
}
