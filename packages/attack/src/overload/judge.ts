import type { OverloadReport } from "./overload.ts"
import type { Told } from "./Requesters.ts"

/** Resident memory that a replica stays below, in MiB, with the default `MAX_IN_FLIGHT` and a small `CACHE_CAPACITY`. */
export const memoryMax = 512

/** How much more memory the last third of an overload may take than the third before it. */
const growthMax = 1.25

/** Twice a second: in half a minute. Before, a replica is still growing to its normal size. */
const samplesForGrowth = 60

/** What is wrong with an overload, in words; nothing when all is as promised. A pure function of the report. */
export const judge = (report: OverloadReport): ReadonlyArray<string> => {
  const { afterwards, deaths, memory, memoryAtEnd, overload: { told }, slowBroker } = report
  const third = Math.floor(memory.length / 3)
  const [before, last] = [peak(memory.slice(third, 2 * third)), peak(memory.slice(2 * third))]
  const peakMemory = Math.max(peak(memory), memoryAtEnd)
  return [
    ...deaths,
    ...(told.overloaded === 0 ? ["nothing was answered OVERLOADED: this was no overload"] : []),
    ...[told, afterwards.told, slowBroker.told].flatMap(unaccounted),
    ...(peakMemory > memoryMax ? [`the replica took ${peakMemory} MiB, more than ${memoryMax}`] : []),
    ...(memory.length >= samplesForGrowth && last > before * growthMax
      ? [`the memory of the replica grew from ${before} to ${last} MiB`] :
      []),
    ...notAllOk("after the overload", afterwards.told),
    ...notAllOk("with a slow broker", slowBroker.told)
  ]
}

const peak = (samples: ReadonlyArray<number>) => samples.reduce((most, each) => Math.max(most, each), 0)

/** What ended as nothing, or as what it should not. */
export const unaccounted = ({ ok, overloaded, refused, retryable, sent, unanswered, untaken }: Told) => [
  ...(ok + overloaded + refused + retryable + unanswered + untaken === sent
    ? []
    : [`${sent} commands were sent, ${ok + overloaded + refused + retryable + unanswered + untaken} ended`]),
  ...(refused === 0 ? [] : [`${refused} good commands were refused for good`])
]

const notAllOk = (when: string, { ok, sent }: Told) =>
  ok === sent ? [] : [`${sent - ok} of ${sent} commands were not answered ok ${when}`]
