import { plantsIn } from "./Plant.ts"

const asStored =
  "return appended(rules, line, line.plan!, line.plan!.encoded.map((_, n) => (line.plan!.base.cursor.version + n + 1) * 10))"

/** Faults of the line of one organization. */
export const linePlants = plantsIn("line", "event-sourcing/src/line", [
  [
    "step.ts",
    "an append that was not answered is taken for one that failed",
    `if (why === "away")`,
    `if (why === "unanswered") return failed(rules, line, question, "final", error)\n  if (why === "away")`
  ],
  [
    "step.ts",
    "an append that was not answered is taken for stored",
    `if (why === "away")`,
    `if (why === "unanswered") ${asStored}\n  if (why === "away")`
  ],
  [
    "step.ts",
    "events whose ids are known are taken for stored",
    `if (why === "away")`,
    `if (why === "seen") ${asStored}\n  if (why === "away")`
  ],
  [
    "step.ts",
    "an append that was not answered is forgotten",
    `unanswered: isOpen ? [...line.unanswered, line.plan!] : line.unanswered`,
    `unanswered: line.unanswered`,
    "what is found of it is told to be a repetition"
  ],
  ["step.ts", "what another copy stored is taken for its own", `({ ...entry, hasCopy: true })`, `entry`],
  ["step.ts", "a no is told on a state that nobody confirmed", `return base.confirmed\n`, `return true\n`],
  [
    "step.ts",
    "a cache counts as a confirmation",
    `state.confirmed && isSame(plan.base, state)`,
    `isSame(plan.base, state)`,
    "whatever is refreshed is confirmed"
  ],
  [
    "step.ts",
    "a version begins anew after a group",
    `cursor: { version, position`,
    `cursor: { version: base.cursor.version + 1, position`
  ],
  [
    "step.ts",
    "what a command asked for is not remembered after an append",
    `positions[n]!, encoded[n]!.command)`,
    `positions[n]!)`
  ],
  [
    "step.ts",
    "those who had to wait for what is stored are forgotten",
    `const group = plan.later.filter(`,
    `const group = plan.later.slice(1).filter(`
  ],
  ["plan.ts", "a dry run is stored", `own.length > 0 && !entry.request.dryRun`, `own.length > 0`],
  [
    "plan.ts",
    "each is decided on the state before all",
    `state = evolve(state, events[evolved]!`,
    `evolve(state, events[evolved]!`
  ],
  [
    "plan.ts",
    "who repeats what is not stored yet does not wait",
    `(decision._tag === "Duplicate" || decision._tag === "Forgotten") && events.length > 0`,
    `false`
  ],
  [
    "findStored.ts",
    "the event of another copy is taken for the own one",
    ` && version === base.cursor.version + n + 1`,
    ``
  ]
])
