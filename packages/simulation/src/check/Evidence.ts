import type { Acknowledged } from "./Acknowledged.ts"
import type { History } from "./History.ts"
import type { ReadCommand, Sending } from "./readCommands.ts"
import { nothingReplayed, type Replayed } from "./Replayed.ts"

/** A history, read; what all checks look at. */
export interface Evidence {
  readonly history: History
  readonly commands: ReadonlyArray<ReadCommand>
  readonly sendings: ReadonlyMap<string, ReadonlyArray<Sending>>
  readonly replays: ReadonlyMap<string, Replayed>
  readonly acknowledged: Acknowledged
}

/** An organization as the stream has it. */
export const replayedOf = ({ replays }: Evidence, organizationId: string): Replayed =>
  replays.get(organizationId) ?? nothingReplayed(organizationId)

/** Whether anything may have been broken in this time; when nobody knows, it may. */
export const isDisturbed = ({ history: { disturbances } }: Evidence, from: number, to: number): boolean =>
  disturbances === null || disturbances.some((each) => each.from <= to && from <= each.to)

/** A moment of the clock of the attempts in milliseconds since 1970. */
export const wallClock = ({ history: { clocks } }: Evidence, time: number): number => clocks.origin + time
