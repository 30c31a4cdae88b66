import { makeScenario } from "./src/scenario/makeScenario.ts"
import { judge } from "./src/simulate/judge.ts"
import { tellStory } from "./src/story/tellStory.ts"
import { runScenario } from "./src/world/runScenario.ts"
const s = makeScenario(Number(process.argv[2] ?? 1), {
  commands: Number(process.argv[3] ?? 20),
  faults: Number(process.argv[4] ?? 0)
})
const t = performance.now()
const ran = await runScenario(s, { isTold: true })
console.log(performance.now() - t, ran.millis)
for (const l of tellStory(s, ran.history, ran.happenings, judge(ran.history)).slice(0, 100)) {
  console.log(l.slice(0, 300))
}
