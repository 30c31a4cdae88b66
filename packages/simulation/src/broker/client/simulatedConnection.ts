import { type ConnectionStatus, NatsConnection, type ServerFacts } from "@cim-domain/nats/NatsConnection"
import { Effect, type Scope, SubscriptionRef } from "effect"
import type { Timeline } from "../../time/Timeline.ts"
import type { BrokerNode, Latency } from "../cluster/Network.ts"
import type { ServerConnection } from "../cluster/ServerConnection.ts"
import type { SimulatedBroker } from "../SimulatedBroker.ts"
import { SimulatedSocket } from "./SimulatedSocket.ts"

/** The process of a client: what runs its code, and says when it is over. */
export interface ClientProcess {
  /** Runs something when the process can, or never once it is over. */
  readonly turn: (run: () => void) => void
  readonly onCrash: (told: () => void) => void
}

/** How a client connects. */
export interface SimulatedConnectionOptions {
  readonly broker: SimulatedBroker
  /** Who it is, in its inboxes. */
  readonly name: string
  /** The servers that it tries, by their index, one after the other. Default: all. */
  readonly nodes?: ReadonlyArray<number> | undefined
  /** Between it and its server. Default 0.05 to 0.3 ms. */
  readonly latency?: Latency | undefined
  /** Pause before it connects again, in milliseconds. Default 100 to 1 000. */
  readonly reconnect?: Latency | undefined
  /** The JetStream domain to ask. Default: that of the server. */
  readonly jetStreamDomain?: string | undefined
  /** Whose connection it is. Default: that of a process that is never busy and never ends. */
  readonly process?: ClientProcess | undefined
}

const latencyDefault: Latency = { min: 0.05, max: 0.3 }
const reconnectDefault: Latency = { min: 100, max: 1_000 }

/** Connects a client to the simulated broker, with three sockets, for as long as the scope lives; each one comes back after a loss. */
export const simulatedConnection = Effect.fnUntraced(function*(
  options: SimulatedConnectionOptions
): Effect.fn.Return<NatsConnection["Service"], never, Scope.Scope> {
  const { broker } = options
  const status = yield* SubscriptionRef.make<ConnectionStatus>({ _tag: "Disconnected", cause: "not connected yet" })
  const services = yield* Effect.context()
  const lines = ["main", "commands", "bulk"].map((name) => new Line(options, name, (cause) => changed(cause)))
  let isConnected = false
  const changed = (cause: string) => {
    const all = lines.every(({ socket }) => socket.isUp)
    if (all === isConnected) return
    isConnected = all
    const next: ConnectionStatus = all
      ? { _tag: "Connected", server: lines[0]!.node.name }
      : { _tag: "Disconnected", cause }
    Effect.runSyncWith(services)(SubscriptionRef.set(status, next))
  }
  options.process?.onCrash(() => lines.forEach((line) => line.vanish()))
  yield* Effect.acquireRelease(
    Effect.sync(() => lines.forEach((line) => line.open())),
    () => Effect.sync(() => lines.forEach((line) => line.close()))
  )
  const [main, commands, bulk] = lines.map(({ socket }) => socket) as [
    SimulatedSocket,
    SimulatedSocket,
    SimulatedSocket
  ]
  return NatsConnection.of({
    main,
    commands,
    bulk,
    status: SubscriptionRef.get(status),
    changes: SubscriptionRef.changes(status),
    server: Effect.sync(() => factsOf(broker, lines[0]!.node)),
    url: `simulated://${options.name}`
  })
})

const factsOf = (broker: SimulatedBroker, node: BrokerNode): ServerFacts => ({
  name: node.name,
  version: "2.15.1",
  maxPayloadBytes: broker.maxPayloadBytes,
  cluster: broker.nodes.length > 1 ? "simulated" : undefined,
  brokers: broker.nodes.length
})

/** One of the sockets, connected again after each loss. */
class Line {
  readonly socket: SimulatedSocket
  node: BrokerNode
  readonly #options: SimulatedConnectionOptions
  readonly #turn: (run: () => void) => void
  /** As the process of the client meets it. */
  readonly #timeline: Timeline
  readonly #onChange: (cause: string) => void
  #connection: ServerConnection | undefined
  #isWanted = false
  #tries = 0
  #stopWaiting: (() => void) | undefined

  constructor(options: SimulatedConnectionOptions, name: string, onChange: (cause: string) => void) {
    const { broker, jetStreamDomain, process } = options
    const { after, now } = broker.timeline
    this.#turn = process?.turn ?? ((run) => run())
    this.#timeline = { now, after: (millis, run) => after(millis, () => this.#turn(run)) }
    let inboxes = 0
    this.#options = options
    this.#onChange = onChange
    this.node = broker.nodes[options.nodes?.[0] ?? 0]!
    this.socket = new SimulatedSocket({
      name,
      timeline: this.#timeline,
      jetStreamApi: jetStreamDomain === undefined ? "$JS.API" : `$JS.${jetStreamDomain}.API`,
      maxPayload: broker.maxPayloadBytes,
      makeInbox: () => `_INBOX.${options.name}_${name}_${inboxes += 1}`
    })
  }

  open(): void {
    this.#isWanted = true
    const { broker, latency = latencyDefault, nodes = broker.nodes.map(({ index }) => index) } = this.#options
    const node = broker.nodes[nodes[this.#tries % nodes.length]!]!
    this.#tries += 1
    if (!broker.accepts(node)) return this.#openLater()
    this.node = node
    this.#connection = broker.connect(this.#options.name, node, latency, (cause) =>
      this.#turn(() => {
        this.#connection = undefined
        this.socket.detach()
        this.#onChange(cause)
        if (this.#isWanted) this.#openLater()
      }))
    this.#connection.turn = this.#turn
    this.socket.attach(this.#connection)
    this.#onChange("")
  }

  close(): void {
    this.#isWanted = false
    this.#stopWaiting?.()
    this.#connection?.close()
    this.socket.detach()
  }

  /** Its process is gone: nobody is told anything. */
  vanish(): void {
    this.#isWanted = false
    this.#connection?.close()
  }

  #openLater(): void {
    const { broker, reconnect = reconnectDefault } = this.#options
    this.#stopWaiting = this.#timeline.after(
      broker.randomness.between(reconnect.min, reconnect.max),
      () => this.open()
    )
  }
}
