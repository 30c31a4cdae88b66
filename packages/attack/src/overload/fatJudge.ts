import { type FatOverloadReport, heapMax } from "./fatOverload.ts"
import { unaccounted } from "./judge.ts"
import type { Told } from "./Requesters.ts"

/** Resident memory that a replica stays below, in MiB: that of the container. */
export const residentMax = 512

/** What is wrong with an overload by large organizations, in words; nothing when all is as promised. A pure function of the report. */
export const fatJudge = ({ deaths, heapPeak, residentPeak, stretches }: FatOverloadReport): ReadonlyArray<string> => [
  ...deaths,
  ...Object.entries(stretches).flatMap(([name, { told }]) => [...unaccounted(told), ...notServed(name, told)]),
  ...(residentPeak > residentMax ? [`the replica took ${residentPeak} MiB, more than ${residentMax}`] : []),
  ...(heapPeak > heapMax ? [`the heap of the replica took ${heapPeak} MiB, more than ${heapMax}`] : [])
]

/** That large ones are served in the end is seen before a stretch begins. */
const notServed = (name: string, { okSmall }: Told) =>
  okSmall === 0 ? [`no command to a small organization was answered ok: ${name}`] : []
