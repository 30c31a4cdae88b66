import type { Benchmark } from "./Benchmark.ts"
import { allocation } from "./scenarios/allocation.ts"
import { barePublish } from "./scenarios/barePublish.ts"
import { brokers } from "./scenarios/brokers.ts"
import { coldLoad } from "./scenarios/coldLoad.ts"
import { commands } from "./scenarios/commands.ts"
import { hostile } from "./scenarios/hostile.ts"
import { hotOrganization } from "./scenarios/hotOrganization.ts"
import { latency } from "./scenarios/latency.ts"
import { layers } from "./scenarios/layers.ts"
import { memory } from "./scenarios/memory.ts"
import { organizations } from "./scenarios/organizations.ts"
import { replay } from "./scenarios/replay.ts"
import { replicas } from "./scenarios/replicas.ts"
import { spans } from "./scenarios/spans.ts"
import { start } from "./scenarios/start.ts"
import { throughput } from "./scenarios/throughput.ts"

/** All benchmarks, in the order in which they run. */
export const benchmarks: ReadonlyArray<Benchmark> = [
  barePublish,
  throughput,
  allocation,
  layers,
  spans,
  latency,
  commands,
  organizations,
  hotOrganization,
  hostile,
  replicas,
  brokers,
  start,
  memory,
  coldLoad,
  replay
]
