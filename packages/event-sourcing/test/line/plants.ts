import type { Quick } from "./explorations.ts"

/** A fault that can be planted in the machine or the driver: text of one file that another takes the place of. */
export interface Plant {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
}

/** One in the machine, and the exploration that shows it soonest. */
export interface MachinePlant extends Plant {
  readonly shownBy: Quick
}

const plant = (file: string, name: string, from: string, to: string): Plant => ({ name, file, from, to })

const planted = (shownBy: Quick, file: string, name: string, from: string, to: string): MachinePlant => ({
  ...plant(file, name, from, to),
  shownBy
})

const step = (shownBy: Quick, name: string, from: string, to: string) => planted(shownBy, "step.ts", name, from, to)

const asStored =
  "return appended(rules, line, line.plan!, line.plan!.encoded.map((_, n) => (line.plan!.base.cursor.version + n + 1) * 10))"

/** Each is looked for by the explorations of the machine. */
export const machinePlants: ReadonlyArray<MachinePlant> = [
  step(
    "lost",
    "an append that was not answered is taken for one that failed",
    `if (why === "away")`,
    `if (why === "unanswered") return failed(rules, line, question, "final", error)\n  if (why === "away")`
  ),
  step(
    "lost",
    "an append that was not answered is taken for stored",
    `if (why === "away")`,
    `if (why === "unanswered") ${asStored}\n  if (why === "away")`
  ),
  step(
    "nothing",
    "events whose ids are known are taken for stored",
    `if (why === "away")`,
    `if (why === "seen") ${asStored}\n  if (why === "away")`
  ),
  step(
    "broken",
    "an append that was not answered is forgotten",
    `unanswered: isOpen ? [...line.unanswered, line.plan!] : line.unanswered`,
    `unanswered: line.unanswered`
  ),
  step(
    "broken",
    "a mistake while an append is under way is no doubt",
    `(why === "unanswered" || why === "died" || why === "copied")`,
    `(why === "unanswered" || why === "copied")`
  ),
  step("lost", "what another copy stored is taken for its own", `entry: withCopy(each.entry)`, `entry: each.entry`),
  step(
    "copied, late",
    "a copy is forgotten with the append that met it",
    `stores(line.plan!, entry.request) ? withCopy(entry) : entry`,
    `entry`
  ),
  step("late", "a no is told on a state that nobody confirmed", `return base.confirmed\n`, `return true\n`),
  step(
    "late",
    "another state counts as a confirmation",
    `state.confirmed && isSame(plan.base, state)`,
    `state.confirmed`
  ),
  step(
    "stale",
    "a cache counts as a confirmation",
    `state.confirmed && isSame(plan.base, state)`,
    `isSame(plan.base, state)`
  ),
  step(
    "broken",
    "those who were refused beside what was stored are decided again",
    `hasCopy ? plan.decided.filter(({ stores }) => stores > 0) : plan.decided`,
    `plan.decided.filter(({ stores }) => stores > 0)`
  ),
  step(
    "broken",
    "what is found of an append is told to the group alone",
    `[...line.group, ...line.waiting].filter(isOver)`,
    `line.group.filter(isOver)`
  ),
  step(
    "broken",
    "after what is found the others are forgotten",
    `turn(rules, idle, waiting, told) : decide(`,
    `turn(rules, idle, [], told) : decide(`
  ),
  step(
    "nothing",
    "a conflict is decided on the state that met it",
    `ask({ ...after, plan: undefined, cause, appends, timesSeen }, {`,
    `why === "conflict" ? decide(rules, { ...after, cause, appends }, question.base, []) : ask({ ...after, plan: undefined, cause, appends, timesSeen }, {`
  ),
  step("late", "it is given up too soon", `appends === rules.maxDecisions`, `appends === rules.maxDecisions - 1`),
  step(
    "lost twice",
    "who may be stored is told that others were first",
    `why === "conflict" && !mayBeStored`,
    `why === "conflict"`
  ),
  step(
    "late",
    "a belated acknowledgement counts",
    `input.question === line.asked ? appended(`,
    `line.asked?._tag === "Append" ? appended(`
  ),
  step(
    "late",
    "a belated failure counts",
    `input.question === line.asked ? failed(`,
    `line.asked !== undefined ? failed(`
  ),
  step("nothing", "who comes goes to the front", `[...line.waiting, entry]`, `[entry, ...line.waiting]`),
  step(
    "nothing",
    "who comes takes the place of the group",
    `return line.group.length === 0\n        ? turn(`,
    `return line.group.length < 2\n        ? turn(`
  ),
  step("gone", "who is late stays in the group", `[{ ...line, group, waiting }, told]`, `[{ ...line, waiting }, told]`),
  step(
    "late",
    "who leaves takes those who wait along",
    `turn(rules, line, waiting, told) : [{ ...line, group`,
    `turn(rules, line, [], told) : [{ ...line, group`
  ),
  step(
    "closed",
    "those who wait are not told that it is closed",
    `unsettled(line, [...line.group, ...line.waiting],`,
    `unsettled(line, line.group,`
  ),
  step(
    "refused",
    "those who are settled alone come after those who wait",
    `[...line.group.map((entry) => ({ ...entry, alone: true })), ...line.waiting]`,
    `[...line.waiting, ...line.group.map((entry) => ({ ...entry, alone: true }))]`
  ),
  step("nothing", "who is to be settled alone is settled with others", `({ ...entry, alone: true })`, `entry`),
  step(
    "nothing",
    "a version begins anew after a group",
    `cursor: { version, position`,
    `cursor: { version: base.cursor.version + 1, position`
  ),
  step(
    "nothing",
    "those who had to wait for what is stored are forgotten",
    `const group = plan.later.filter(`,
    `const group = plan.later.slice(1).filter(`
  ),
  planted(
    "lost, late",
    "plan.ts",
    "commands share an append that are not acceptable alone",
    `acceptedAlone.has(entry)`,
    `true`
  ),
  planted(
    "nothing",
    "plan.ts",
    "those after one that has to wait overtake it",
    `later = [...later, ...group.slice(index)]\n      break`,
    `later = [...later, entry]\n      continue`
  ),
  planted(
    "nothing",
    "plan.ts",
    "who repeats what is not stored yet does not wait",
    `(decision._tag === "Duplicate" || decision._tag === "Forgotten") && events.length > 0`,
    `false`
  ),
  planted(
    "nothing",
    "plan.ts",
    "a dry run is stored",
    `const toStore = entry.request.dryRun ? none : own`,
    `const toStore = own`
  ),
  planted(
    "forgotten",
    "plan.ts",
    "that nothing was found holds for ever",
    `version - found.version <= absenceHolds`,
    `version >= found.version`
  ),
  step(
    "forgotten, in a group",
    "what is found is taken for another one's",
    `forgottenId(rules, base, entry) === commandId`,
    `forgottenId(rules, base, entry) !== undefined`
  ),
  step(
    "forgotten",
    "nothing is taken from what is found",
    `{ ...entry, found: { version, events } }`,
    `{ ...entry, found: { version, events: [] } }`
  ),
  planted(
    "forgotten, in a group",
    "plan.ts",
    "what may be forgotten beside what is stored does not wait",
    `decision._tag === "Forgotten") && events.length > 0`,
    `false) && events.length > 0`
  ),
  planted("nothing", "plan.ts", "a group has no bound in bytes", `bytes + ownBytes <= bytesMax`, `true`),
  planted(
    "nothing",
    "plan.ts",
    "each is decided on the state before all",
    `state = evolve(state, events[evolved]!`,
    `evolve(state, events[evolved]!`
  ),
  planted(
    "lost, somebody else",
    "findStored.ts",
    "the event of another copy is taken for the own one",
    ` && version === base.cursor.version + n + 1`,
    ``
  ),
  planted(
    "late",
    "outcomesOf.ts",
    "what is under way is told to be nothing",
    `(line.asked?._tag === "Append" && line.plan !== undefined && stores(line.plan, request))`,
    `false`
  ),
  planted(
    "broken",
    "outcomesOf.ts",
    "what went unanswered is told to be nothing",
    `line.unanswered.some((plan) => stores(plan, request))`,
    `false`
  ),
  planted("gone", "outcomesOf.ts", "those who left are told", `if (!isIn(present, request)) continue`, ``)
]

/** Each is looked for by the exploration of the driver. */
export const driverPlants: ReadonlyArray<Plant> = [
  plant(
    "LineDriver.ts",
    "what comes while it is busy is lost",
    `return void this.#next.push([place, input])`,
    `return`
  ),
  plant(
    "LineDriver.ts",
    "it is entered while it is busy",
    `if (this.#isBusy) return void this.#next.push([place, input])`,
    ``
  ),
  plant(
    "LineDriver.ts",
    "a question is never over",
    `if (!isOver || end === undefined) return`,
    `if (end !== undefined) return`
  ),
  plant(
    "LineDriver.ts",
    "a question is over before it is learned",
    `for (const output of outputs) this.#perform(place, output)\n    if (!isOver || end === undefined) return`,
    `if (isOver) end?.()\n    for (const output of outputs) this.#perform(place, output)\n    return`
  ),
  plant(
    "LineDriver.ts",
    "the next question is over with the one before",
    `if (isOver) place.end = undefined`,
    `if (isOver) queueMicrotask(() => undefined)`
  ),
  plant(
    "LineDriver.ts",
    "what is asked is over although it is not",
    `const isOver = line.asked !== before.asked`,
    `const isOver = true`
  ),
  plant(
    "LineDriver.ts",
    "it takes commands after the end",
    `if (this.#isClosed) return this.#ports.answer(`,
    `if (false) return this.#ports.answer(`
  ),
  plant(
    "LineDriver.ts",
    "the end is told to one line",
    `for (const place of this.#places.values()) this.#feed(place, { _tag: "Closed" })`,
    `for (const place of [...this.#places.values()].slice(0, 1)) this.#feed(place, { _tag: "Closed" })`
  ),
  plant(
    "LineDriver.ts",
    "those of another line stay when they leave",
    `for (const [aggregateId, own] of byAggregate)`,
    `for (const [aggregateId, own] of [...byAggregate].slice(0, 1))`
  ),
  plant(
    "LineDriver.ts",
    "who is late is told nothing",
    `_tag: "Left", requests: own, late }`,
    `_tag: "Left", requests: own, late: false }`
  ),
  plant(
    "LineDriver.ts",
    "lines that somebody is in are let go",
    `if (line.group.length === 0) this.#places.delete(aggregateId)`,
    `if (line.waiting.length === 0) this.#places.delete(aggregateId)`
  ),
  plant(
    "LineDriver.ts",
    "a mistake of whoever asks is told to nobody",
    `place.tell({ _tag: "Failed", question, why: "died", error })`,
    `this.#ports.defect(error)`
  ),
  plant(
    "LineDriver.ts",
    "a mistake of whoever is told holds up the others",
    `      }\n    } catch (defect) {\n      this.#ports.defect(defect)\n    }\n  }\n\n  #ask`,
    `      }\n    } catch (defect) {\n      this.#ports.defect(defect)\n      place.line = idle\n    }\n  }\n\n  #ask`
  )
]

/** Each is looked for by the exploration of the driver with its ports. */
export const portPlants: ReadonlyArray<Plant> = [
  plant("linePorts.ts", "events are held for ever", `    release()\n`, ``),
  plant(
    "linePorts.ts",
    "events that were held pass before the append is learned",
    `  const onDone = (exit: Exit.Exit<AppendedPositions, StoreError>) =>\n    tell(`,
    `  const onDone = (exit: Exit.Exit<AppendedPositions, StoreError>) => (release(), tell)(`
  ),
  plant(
    "linePorts.ts",
    "an append that waits is sent although it is given up",
    `    giveUp = run(services, pauseOf(pause)`,
    `    void run(services, pauseOf(pause)`
  ),
  plant(
    "linePorts.ts",
    "a read goes on although it is given up",
    `return () => fiber.interruptUnsafe()`,
    `return nothing`
  ),
  plant(
    "linePorts.ts",
    "an append that was not answered is taken for one that was refused",
    `reason.alreadySeen ? "seen" : "unanswered"`,
    `reason.alreadySeen ? "seen" : "final"`
  ),
  plant(
    "linePorts.ts",
    "a mistake of the store is told to nobody",
    `      onDone(Exit.die(defect))`,
    `      void defect`
  ),
  plant("linePorts.ts", "it does not wait before it asks again", `if (pause === 0) send()`, `if (pause < 9) send()`)
]
