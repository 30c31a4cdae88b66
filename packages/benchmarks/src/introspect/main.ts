/**
 * Loaded into a replica before its program (`--import`): watches its heap and its stack while it is told to.
 *
 * `watch` on standard input begins, `tell` ends and says what was seen in one line of JSON, {@link Seen}. Standard input
 * does not keep the process alive.
 */
import { readdirSync, readFileSync } from "node:fs"
import { Session } from "node:inspector"
import { createInterface } from "node:readline"
import { GCProfiler } from "node:v8"
import { layerOf, type LayerTimes, type Seen } from "../measured/Seen.ts"

const session = new Session()
session.connect()
let collections = new GCProfiler()
let cpuAtStart = process.cpuUsage()
let threadAtStart = process.threadCpuUsage()
let usedAtStart = 0

const newSpace = new Set(["new_space", "new_large_object_space"])

const watch = (profile: boolean) => {
  collections = new GCProfiler()
  collections.start()
  if (profile) {
    session.post("Profiler.enable")
    session.post("Profiler.setSamplingInterval", { interval: 200 })
    session.post("Profiler.start")
  }
  usedAtStart = process.memoryUsage().heapUsed
  cpuAtStart = process.cpuUsage()
  threadAtStart = process.threadCpuUsage()
}

type Spaces = ReturnType<GCProfiler["stop"]>["statistics"][number]["beforeGC"]["heapSpaceStatistics"]

const used = (spaces: Spaces, which: (name: string) => boolean = () => true): number =>
  spaces.reduce((sum, { spaceName, spaceUsedSize }) => which(spaceName) ? sum + spaceUsedSize : sum, 0)

/** What was allocated between collections and since the last one, and what of the young was still there after each. */
const heapOf = ({ statistics }: ReturnType<GCProfiler["stop"]>) => {
  let [allocated, young, survived, last] = [0, 0, 0, usedAtStart]
  for (const { afterGC, beforeGC, gcType } of statistics) {
    const [before, after] = [beforeGC.heapSpaceStatistics, afterGC.heapSpaceStatistics]
    allocated += Math.max(0, used(before) - last)
    last = used(after)
    if (gcType !== "Scavenge") continue
    const isYoung = (name: string) => newSpace.has(name)
    const isOld = (name: string) => !newSpace.has(name)
    young += used(before, isYoung)
    survived += used(after, isYoung) + Math.max(0, used(after, isOld) - used(before, isOld))
  }
  allocated += Math.max(0, process.memoryUsage().heapUsed - last)
  return { allocatedBytes: allocated, youngBytes: young, survivedBytes: survived }
}

const micros = ({ system, user }: NodeJS.CpuUsage) => system + user

/** Processor time of the thread that V8 makes for a profile: as long as it lives it wakes for every sample. 0 where nobody knows. */
const profilerMicros = (): number => {
  if (process.platform !== "linux") return 0
  let nanos = 0
  for (const thread of readdirSync("/proc/self/task")) {
    const place = `/proc/self/task/${thread}`
    try {
      if (readFileSync(`${place}/comm`, "utf8") !== "v8:ProfEvntProc\n") continue
      nanos += Number(readFileSync(`${place}/schedstat`, "utf8").split(" ")[0])
    } catch {
      // A thread may end at any time, and not every kernel keeps statistics.
    }
  }
  return nanos / 1_000
}

const tell = (profile: boolean) => {
  const allThreadsMicros = micros(process.cpuUsage(cpuAtStart)) - profilerMicros()
  const mainThreadMicros = micros(process.threadCpuUsage(threadAtStart))
  const heap = heapOf(collections.stop())
  const say = (layers: LayerTimes) => {
    const seen: Seen = { ...heap, allThreadsMicros, mainThreadMicros, layers }
    process.stdout.write(`${JSON.stringify({ message: "seen", ...seen })}\n`)
  }
  if (!profile) return say({})
  session.post("Profiler.stop", (error, stopped) => {
    if (error !== null) throw error
    const { nodes, samples = [], timeDeltas = [] } = stopped.profile
    const layerOfNode = new Map(nodes.map(({ callFrame, id }) => [id, layerOf(callFrame)]))
    const layers: Record<string, number> = {}
    for (const [index, id] of samples.entries()) {
      const layer = layerOfNode.get(id) ?? "other"
      layers[layer] = (layers[layer] ?? 0) + (timeDeltas[index] ?? 0)
    }
    say(layers)
  })
}

let profiles = false
createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "watch" || line === "profile") watch(profiles = line === "profile")
  if (line === "tell") tell(profiles)
})
process.stdin.unref()
