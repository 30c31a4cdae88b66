import { LineWatch } from "@cim-domain/event-sourcing/LineWatch"
import { BatchIds } from "@cim-domain/nats/BatchIds"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Organization } from "@cim-domain/organization"
import { connectedStores } from "@cim-domain/service/brokerStores"
import { serve } from "@cim-domain/service/serve"
import { Supervision } from "@cim-domain/service/Supervision"
import { Cause, Effect, Exit, type Fiber, Layer } from "effect"
import { VirtualProcess } from "../process/VirtualProcess.ts"
import type { ScenarioSettings } from "../scenario/Scenario.ts"
import { makeRandomness } from "../time/Randomness.ts"
import { newerOrganization } from "./newerOrganization.ts"
import { replicaSettings } from "./replicaSettings.ts"
import type { Surroundings } from "./Surroundings.ts"
import { Wire } from "./Wire.ts"

type State = "down" | "starting" | "ready" | "stopping"

/**
 * A replica of the service, put together as the service's own program does it: everything in it is real but for the connection, the
 * clock, the scheduler and chance.
 */
export class Replica {
  readonly number: number
  readonly name: string
  readonly wire: Wire
  readonly #surroundings: Surroundings
  readonly #settings: ScenarioSettings
  #isNewer: boolean
  #state: State = "down"
  #starts = 0
  #process: VirtualProcess | undefined
  #fiber: Fiber.Fiber<unknown, unknown> | undefined
  #onDown: (() => void) | undefined
  #onReady: Array<() => void> = []

  constructor(number: number, surroundings: Surroundings, settings: ScenarioSettings) {
    this.number = number
    this.name = `replica ${number + 1}`
    this.wire = new Wire(surroundings.timeline, surroundings.inject)
    this.#surroundings = surroundings
    this.#settings = settings
    this.#isNewer = settings.newer.includes(number)
  }

  get isReady(): boolean {
    return this.#state === "ready"
  }

  get isDown(): boolean {
    return this.#state === "down"
  }

  /** The process of the moment, if it runs. */
  get process(): VirtualProcess | undefined {
    return this.#process
  }

  changeRelease(): void {
    this.#isNewer = !this.#isNewer
  }

  start(): void {
    if (this.#state !== "down") return
    const { luck, timeline } = this.#surroundings
    this.#starts += 1
    this.#state = "starting"
    const purpose = `${this.name}, start ${this.#starts}`
    const process = new VirtualProcess(
      `replica_${this.number + 1}_${this.#starts}`,
      timeline,
      makeRandomness(luck, purpose)
    )
    this.#process = process
    process.onCrash((defect) => this.#isOver(process, defect))
    process.turn(() => this.#serve(process, purpose))
  }

  /** Tells it to stop. */
  stop(): void {
    if (this.#state === "down") return
    this.#state = "stopping"
    this.#process!.turn(() => this.#fiber?.interruptUnsafe())
  }

  /** Calls back once it is down, at once if it is. */
  onceDown(told: () => void): void {
    if (this.#state === "down") return told()
    this.#onDown = told
  }

  /** Calls back when it has been started again and serves. */
  onceReady(told: () => void): void {
    this.#onReady.push(told)
  }

  #serve(process: VirtualProcess, purpose: string): void {
    const { connect, luck, watch } = this.#surroundings
    const ids = makeRandomness(luck, `ids of ${purpose}`)
    const settings = replicaSettings(this.#settings, ids)
    const aggregate = this.#isNewer ? newerOrganization : Organization
    const supervision = Supervision.of({
      ready: Effect.sync(() => {
        if (this.#state !== "starting") return
        this.#state = "ready"
        for (const told of this.#onReady.splice(0)) told()
      }),
      status: () => Effect.void,
      command: () => () => {},
      signsOfLife: Effect.never
    })
    let batches = 0
    const program = serve({ aggregate }, settings).pipe(
      Effect.provide(
        Layer.provideMerge(
          connectedStores(aggregate.subjects, settings),
          Layer.effect(
            NatsConnection,
            Effect.map(connect(process), (connection) => this.wire.over(connection, process))
          )
        )
      ),
      Effect.provideService(Supervision, supervision),
      Effect.provideService(LineWatch, watch),
      Effect.provideService(BatchIds, { next: () => `${purpose}, batch ${++batches}` })
    )
    this.#fiber = Effect.runForkWith(process.context)(program)
    this.#fiber.addObserver((exit) => {
      if (this.#state !== "stopping" || !(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))) {
        this.#surroundings.died(this, Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "it ended by itself")
      }
      process.crash()
    })
  }

  #isOver(process: VirtualProcess, defect: unknown): void {
    if (this.#process !== process) return
    if (defect !== undefined) this.#surroundings.died(this, Cause.pretty(Cause.die(defect)))
    this.#state = "down"
    this.#process = undefined
    this.#fiber = undefined
    const told = this.#onDown
    this.#onDown = undefined
    told?.()
  }
}
