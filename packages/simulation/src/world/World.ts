import type { SentCommand } from "../check/History.ts"
import { advance } from "../process/advance.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import type { DrivenTimeline } from "../time/makeTimeline.ts"
import type { Chronicle } from "./Chronicle.ts"
import { Replica } from "./Replica.ts"
import { Requester } from "./Requester.ts"
import type { Surroundings } from "./Surroundings.ts"

/** A replica that ended by itself is started again by its platform, after so long; in milliseconds. */
const platformMillis = 1_000

/** Replicas and requesters around a broker. */
export class World {
  readonly timeline: DrivenTimeline
  readonly replicas: ReadonlyArray<Replica>
  readonly requesters: ReadonlyArray<Requester>
  readonly sent: Array<SentCommand> = []
  readonly deaths: Array<string> = []

  constructor(
    { luck, replicas, requesters, settings }: Scenario,
    timeline: DrivenTimeline,
    { connect, inject }: Pick<Surroundings, "connect" | "inject">,
    chronicle: Chronicle,
    watch: Surroundings["watch"]
  ) {
    const surroundings: Surroundings = {
      timeline,
      luck,
      connect,
      inject,
      watch,
      died: (replica, why) => {
        chronicle.note(() => `${replica.name} ended by itself: ${why}`)
        this.deaths.push(`${replica.name}: ${why}`)
        timeline.after(platformMillis, () => replica.start())
      }
    }
    this.timeline = timeline
    this.replicas = Array.from({ length: replicas }, (_, number) => new Replica(number, surroundings, settings))
    this.requesters = Array.from({ length: requesters }, (_, number) => new Requester(number, surroundings))
  }

  /** Starts all replicas, and waits until they serve; gives which do not, in words. */
  async start(withinMillis: number): Promise<ReadonlyArray<string>> {
    for (const replica of this.replicas) replica.start()
    return this.awaitReady(withinMillis)
  }

  async awaitReady(withinMillis: number): Promise<ReadonlyArray<string>> {
    await this.advanceBy(withinMillis, () => this.replicas.every((replica) => replica.isReady))
    return this.replicas.flatMap(({ isReady, name }) =>
      isReady ? [] : [`${name} is not ready after ${withinMillis / 1_000} s`]
    )
  }

  /** Tells all replicas to stop, and waits until they have; gives which have not, in words. */
  async stop(withinMillis: number): Promise<ReadonlyArray<string>> {
    for (const replica of this.replicas) replica.stop()
    await this.advanceBy(withinMillis, () => this.replicas.every((replica) => replica.isDown))
    return this.replicas.flatMap(({ isDown, name }) =>
      isDown ? [] : [`${name} has not stopped after ${withinMillis / 1_000} s`]
    )
  }

  /** Ends whatever is wrong with replicas; those that are down are started again. */
  heal(): void {
    for (const replica of this.replicas) {
      replica.process?.recover()
      replica.wire.heal()
      replica.start()
    }
  }

  advanceBy(millis: number, holds?: () => boolean): Promise<boolean> {
    return advance(this.timeline, this.timeline.now() + millis, holds)
  }
}
