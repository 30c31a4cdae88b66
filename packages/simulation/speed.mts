import { makeScenario } from "./src/scenario/makeScenario.ts"
import { runScenario } from "./src/world/runScenario.ts"
const size = { commands: Number(process.argv[2]), faults: Number(process.argv[3]), replicas: 3 }
for (let round = 0; round < Number(process.argv[4] ?? 6); round++) {
  const t = process.cpuUsage()
  let steps = 0, v = 0
  for (let s = 1; s <= 10; s++) {
    const r = await runScenario(makeScenario(s, size))
    steps += r.steps
    v += r.millis
  }
  const u = process.cpuUsage(t)
  console.log(
    round,
    "cpu ms per history",
    ((u.user + u.system) / 1e4).toFixed(1),
    "steps",
    steps / 10,
    "virtual s",
    v / 1e4
  )
}
