import type { Fault, FaultOfBroker } from "../scenario/Fault.ts"
import type { Timeline } from "../time/Timeline.ts"
import type { Broker } from "./Broker.ts"
import type { Chronicle } from "./Chronicle.ts"
import type { Disturbances } from "./Disturbances.ts"
import type { Replica } from "./Replica.ts"

/** What faults strike at. */
export interface Struck {
  readonly timeline: Timeline
  readonly replicas: ReadonlyArray<Replica>
  readonly broker: Broker
  readonly chronicle: Chronicle
  readonly disturbances: Disturbances
}

/** Does something to a replica, and undoes it when its time has come. */
export const strike = (struck: Struck, fault: Fault): void =>
  fault.kind === "broker" ? strikeBroker(struck, fault) : strikeReplica(struck, fault)

const strikeBroker = ({ broker, chronicle, disturbances, timeline }: Struck, { fault }: FaultOfBroker): void => {
  chronicle.note(() => `the broker: ${JSON.stringify(fault)}`)
  const over = disturbances.begin()
  broker.strike(fault)
  const millis = "millis" in fault ? fault.millis : 0
  switch (fault._tag) {
    case "MessagesLost":
    case "MessagesLate":
    case "MessagesDoubled":
      return broker.onceMessagesPass(() => void timeline.after(millis, over))
    default:
      if (millis > 0) timeline.after(millis, over)
  }
}

const strikeReplica = (
  { broker, chronicle, disturbances, replicas, timeline }: Struck,
  fault: Exclude<Fault, FaultOfBroker>
): void => {
  const replica = replicas[fault.replica]
  if (replica?.process === undefined) return
  const { name, process } = replica
  const note = (text: string) => chronicle.note(() => `${name} ${text}`)
  const startLater = (millis: number) =>
    timeline.after(millis, () => {
      note("is started again")
      replica.start()
    })
  if (fault.kind === "jump") {
    note(`has its clock set by ${fault.millis} ms`)
    return process.clock.jump(fault.millis)
  }
  const over = disturbances.begin()
  const undoLater = (millis: number, text: string, undo: () => void) =>
    timeline.after(millis, () => {
      note(text)
      undo()
      over()
    })
  switch (fault.kind) {
    case "crash":
      note(`crashes ${fault.afterTurns} turns from now`)
      replica.onceDown(() => startLater(fault.downMillis))
      replica.onceReady(over)
      return process.crashAfter(fault.afterTurns)
    case "restart":
      note(fault.changesRelease ? "is stopped to become another release" : "is stopped")
      replica.onceDown(() => {
        if (fault.changesRelease) replica.changeRelease()
        startLater(fault.downMillis)
      })
      replica.onceReady(over)
      return replica.stop()
    case "freeze":
      note("is frozen")
      process.freeze()
      undoLater(fault.millis, "goes on", () => process.thaw())
      return
    case "slow":
      note(`is slow: ${fault.lagMillis} ms a turn`)
      process.slowDown(fault.lagMillis)
      undoLater(fault.millis, "is no longer slow", () => process.slowDown(0))
      return
    case "cut":
      note("has its connections cut")
      broker.strike({ _tag: "ConnectionsCut", client: process.name })
      return over()
    case "hold":
      note(`hears nothing for ${fault.millis} ms`)
      broker.strike({ _tag: "ConnectionsHeld", client: process.name, millis: fault.millis })
      timeline.after(fault.millis, over)
      return
    case "wire":
      note(`will have trouble on the wire with the next ${fault.count}: ${JSON.stringify(fault.trouble)}`)
      replica.wire.trouble(fault.trouble, fault.count)
      return replica.wire.onceClear(over)
  }
}
