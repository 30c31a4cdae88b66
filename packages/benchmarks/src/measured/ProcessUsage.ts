import { readFileSync } from "node:fs"

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time of all its threads. */
  readonly cpuMicros: number
  readonly residentBytes: number
  /** The most that was ever resident. */
  readonly peakBytes: number
}

/** Linux counts processor time in hundredths of a second (`USER_HZ`), whatever the kernel's own clock. */
const microsPerTick = 10_000

/** What a process has used, as Linux knows it; `undefined` on systems without `/proc`. Throws when it is gone. */
export const usageOf = (pid: number): ProcessUsage | undefined => {
  if (process.platform !== "linux") return undefined
  // The name of the process stands in parentheses and may hold anything; the fields behind it are numbers (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ")
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return {
    cpuMicros: (Number(fields[11]) + Number(fields[12])) * microsPerTick,
    residentBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
    peakBytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  }
}

/** The sum over several processes; `undefined` when nothing is known. */
export const usageOfAll = (pids: ReadonlyArray<number>): ProcessUsage | undefined => {
  const usages = pids.map(usageOf).filter((usage) => usage !== undefined)
  const sum = (key: keyof ProcessUsage) => usages.reduce((total, usage) => total + usage[key], 0)
  return usages.length === 0
    ? undefined
    : { cpuMicros: sum("cpuMicros"), residentBytes: sum("residentBytes"), peakBytes: sum("peakBytes") }
}
