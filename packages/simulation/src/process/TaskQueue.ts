import type { Fiber } from "effect"
import type { Scheduler, SchedulerDispatcher } from "effect/Scheduler"
import type { Timeline } from "../time/Timeline.ts"

interface Task {
  readonly priority: number
  readonly run: () => void
}

/**
 * Runs the tasks of all fibers of one process at the instant at which they are put here, after what is due then already, each as a turn
 * of the process. Those of a lower priority number come first.
 */
export class TaskQueue implements Scheduler, SchedulerDispatcher {
  readonly executionMode = "async"
  readonly #timeline: Timeline
  readonly #turn: (run: () => void) => void
  #tasks: Array<Task> = []
  #isDue = false

  constructor(timeline: Timeline, turn: (run: () => void) => void) {
    this.#timeline = timeline
    this.#turn = turn
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    return fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield
  }

  makeDispatcher(): SchedulerDispatcher {
    return this
  }

  scheduleTask(run: () => void, priority: number): void {
    let index = this.#tasks.length
    while (index > 0 && this.#tasks[index - 1]!.priority > priority) index -= 1
    if (index === this.#tasks.length) this.#tasks.push({ run, priority })
    else this.#tasks.splice(index, 0, { run, priority })
    if (this.#isDue) return
    this.#isDue = true
    this.#timeline.after(0, () => {
      this.#isDue = false
      for (const task of this.#take()) this.#turn(task.run)
    })
  }

  flush(): void {
    while (this.#tasks.length > 0) for (const { run } of this.#take()) run()
  }

  #take(): ReadonlyArray<Task> {
    const tasks = this.#tasks
    this.#tasks = []
    return tasks
  }
}
