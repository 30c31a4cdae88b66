import type { OnTransition } from "@cim-domain/event-sourcing/LineWatch"
import type { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { Effect, Scope } from "effect"
import type { VirtualProcess } from "../process/VirtualProcess.ts"
import type { Timeline } from "../time/Timeline.ts"
import type { Inject } from "./Wire.ts"

/** What the processes of a simulated world find around them. */
export interface Surroundings {
  readonly timeline: Timeline
  /** What decides everything that is left to chance. */
  readonly luck: number
  /** A connection to the broker for a process, as long as that lives. */
  readonly connect: (process: VirtualProcess) => Effect.Effect<NatsConnection["Service"], never, Scope.Scope>
  /** Publishes what nobody waits for any more. */
  readonly inject: Inject
  /** Is told of each transition of a line. */
  readonly watch: OnTransition | undefined
  /** Is told of replicas that ended though nobody told them to, and why. */
  readonly died: (replica: { readonly name: string; readonly start: () => void }, why: string) => void
}
