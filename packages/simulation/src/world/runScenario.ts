import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { OnTransition } from "@cim-domain/event-sourcing/LineWatch"
import { commandSubject } from "@cim-domain/organization"
import type { History } from "../check/History.ts"
import { beginning } from "../process/VirtualClock.ts"
import type { PlannedCommand, Scenario } from "../scenario/Scenario.ts"
import { makeTimeline } from "../time/makeTimeline.ts"
import { makeBroker } from "./Broker.ts"
import { type Happening, makeChronicle } from "./Chronicle.ts"
import { Disturbances } from "./Disturbances.ts"
import { readSnapshots } from "./readSnapshots.ts"
import { strike } from "./strike.ts"
import { World } from "./World.ts"

/** How a scenario is run. */
export interface RunOptions {
  /** Whether what happens is written down for a story. */
  readonly isTold?: boolean | undefined
  /** Is told of each transition of a line. */
  readonly watch?: OnTransition | undefined
}

/** What came of a scenario. */
export interface Ran {
  readonly history: History
  readonly happenings: ReadonlyArray<Happening>
  /** Virtual milliseconds from the beginning to the end. */
  readonly millis: number
}

/** How long a start may take, how long to settle and to be ready again after everything was healed, and how long to stop. */
const startMillis = 120_000
const settleMillis = 120_000
const readyMillis = 60_000
const stopMillis = 60_000

/** Runs a scenario from the first start to the last stop, and gives everything that was said and stored. */
export const runScenario = async (scenario: Scenario, options: RunOptions = {}): Promise<Ran> => {
  const timeline = makeTimeline()
  const chronicle = makeChronicle(timeline.now, options.isTold === true)
  const broker = makeBroker(scenario, timeline)
  const world = new World(scenario, timeline, broker, chronicle, options.watch)
  const unrecovered: Array<string> = [...await world.start(startMillis)]

  const disturbances = new Disturbances(timeline.now)
  const struck = { timeline, broker, replicas: world.replicas, chronicle, disturbances }
  const from = timeline.now()
  const send = (planned: PlannedCommand, writer?: number) => {
    const requester = world.requesters[planned.requester % world.requesters.length]!
    world.sent.push(requester.send(planned, writer))
  }
  const allSettled = () => world.sent.every(({ settled }) => settled)
  for (const planned of scenario.commands) timeline.after(planned.at, () => send(planned))
  for (const fault of scenario.faults) {
    timeline.after(fault.at, () => strike(struck, fault))
  }
  const last = [...scenario.commands, ...scenario.faults].reduce((latest, { at }) => Math.max(latest, at), 0)
  await world.advanceBy(from + last + 1 - timeline.now())

  chronicle.note(() => "everything is healed")
  broker.heal()
  world.heal()
  // A replica that is stopping has some time for that, and is started again only then.
  unrecovered.push(...await world.awaitReady(readyMillis))
  disturbances.end()
  await world.advanceBy(settleMillis, allSettled)
  send(probeOf(scenario), -1)
  await world.advanceBy(settleMillis, allSettled)
  unrecovered.push(...unsettledOf(world), ...await world.stop(stopMillis))

  const stream = broker.readStream()
  const ids = [...new Set(world.sent.map(({ organizationId }) => organizationId))]
  const snapshots = await readSnapshots(timeline, broker.connect, ids)
  if (snapshots === undefined) unrecovered.push("the snapshots cannot be read")
  const history: History = {
    commands: world.sent,
    stream,
    snapshots: snapshots ?? [],
    deaths: world.deaths,
    unrecovered,
    outages: broker.outages,
    clocks: { origin: beginning, skew: skewOf(scenario) },
    disturbances: disturbances.times
  }
  return { history, happenings: chronicle.happenings, millis: timeline.now() }
}

/** After healing the service must work, without help. */
const probeOf = ({ seed }: Scenario): PlannedCommand => {
  const id = uuidV7(beginning + 1_000 * seed, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
  return {
    at: 0,
    requester: 0,
    by: "request",
    subject: commandSubject(id, "CreateOrganization"),
    headers: {},
    body: JSON.stringify({
      command_type: "CreateOrganization",
      identity: { correlation_id: { kind: "Single", value: id }, causation_id: id, message_id: id },
      organization_id: id,
      name: "Probe",
      organization_type: "LLC"
    }),
    commandId: id,
    organizationId: id,
    patience: [5_000]
  }
}

const unsettledOf = ({ sent }: World): ReadonlyArray<string> => {
  const unsettled = sent.filter(({ settled }) => !settled)
  const [first] = unsettled
  return first === undefined ? [] : [
    `${unsettled.length} commands were not settled ${
      settleMillis / 1_000
    } s after everything had been healed, the first one is ${first.commandId}`
  ]
}

const skewOf = ({ faults }: Scenario): number =>
  faults.reduce((skew, fault) => fault.kind === "jump" ? skew + Math.abs(fault.millis) : skew, 0)
