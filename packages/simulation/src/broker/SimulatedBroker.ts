import type { Randomness } from "../time/Randomness.ts"
import type { Timeline } from "../time/Timeline.ts"
import type { ApiHost } from "./api/ApiHost.ts"
import { JetStreamApi } from "./api/JetStreamApi.ts"
import { streamProblem } from "./api/streamProblem.ts"
import { Elections } from "./cluster/Elections.ts"
import { type BrokerNode, type Latency, Network } from "./cluster/Network.ts"
import { type ConnectionHost, ServerConnection } from "./cluster/ServerConnection.ts"
import type { Subscription } from "./cluster/Subscription.ts"
import type { PushConsumer } from "./consumers/PushConsumer.ts"
import { MessageFaults } from "./faults/MessageFaults.ts"
import { statusHeaders } from "./message/BrokerHeaders.ts"
import { type BrokerMessage, empty } from "./message/BrokerMessage.ts"
import { encode } from "./message/encode.ts"
import { timeText } from "./stream/directGet.ts"
import { SimulatedStream, type StreamHost } from "./stream/SimulatedStream.ts"
import type { StreamConfig } from "./stream/StreamConfig.ts"
import { SubjectIndex } from "./subjects/SubjectIndex.ts"

/** How a broker is made. */
export interface SimulatedBrokerOptions {
  readonly timeline: Timeline
  readonly randomness: Randomness
  /** Servers. Default 1. */
  readonly size?: 1 | 3 | undefined
  /** What time it is at the beginning of the timeline, in milliseconds since 1970. Default 0. */
  readonly epochMillis?: number | undefined
  /** The JetStream domain. Default none. */
  readonly domain?: string | undefined
  /** Largest message in bytes. Default 1 MiB. */
  readonly maxPayloadBytes?: number | undefined
  /** Between two servers. Default 0.1 to 0.5 ms. */
  readonly routeLatency?: Latency | undefined
}

/** A subject that a stream stores. */
interface Capture {
  readonly subject: string
  readonly stream: SimulatedStream
}

const routeLatencyDefault: Latency = { min: 0.1, max: 0.5 }

/**
 * A NATS broker with JetStream, in memory and in virtual time: one server, or three.
 *
 * ```
 *   client ──ServerConnection──▶ server ──Network──▶ server that leads ──▶ log
 *                                  │                     │ RaftGroup
 *                                  ▼                     ▼
 *                            subscriptions          copies on the others
 * ```
 *
 * A message comes to the server that its client is connected to. That one hands it to whoever listens on the subject, on any
 * server, to one of each queue; and to the server that leads the stream that stores it, which looks at the guards, has a majority
 * store it, and answers. Every server has a copy of a replicated stream, which may lag: direct gets and consumers read any of them.
 */
export class SimulatedBroker {
  readonly nodes: ReadonlyArray<BrokerNode>
  readonly network: Network
  readonly streams = new Map<string, SimulatedStream>()
  readonly consumers = new Map<string, PushConsumer>()
  readonly connections = new Set<ServerConnection>()
  readonly maxPayloadBytes: number
  readonly domain: string | undefined
  readonly timeline: Timeline
  readonly randomness: Randomness
  readonly faults: MessageFaults
  readonly elections: Elections
  /** Commands that two members of a queue are still to get. */
  commandsToShare = 0
  readonly #epoch: number
  readonly #subscriptions = new SubjectIndex<Subscription>()
  readonly #captures = new SubjectIndex<Capture>()
  readonly #api: JetStreamApi
  readonly #apiPrefixes: ReadonlyArray<string>
  readonly #streamHost: StreamHost
  readonly #connectionHost: ConnectionHost
  #unique = 0

  constructor(options: SimulatedBrokerOptions) {
    this.timeline = options.timeline
    this.randomness = options.randomness
    this.domain = options.domain
    this.faults = new MessageFaults(options.timeline)
    this.elections = new Elections(options.timeline, options.randomness, () => this.streams.values())
    this.maxPayloadBytes = options.maxPayloadBytes ?? 1_048_576
    this.#epoch = options.epochMillis ?? 0
    const { size = 1 } = options
    this.nodes = Array.from({ length: size }, (_, index) => ({ index, name: `n${index + 1}`, isUp: true, downAt: 0 }))
    this.network = new Network(options.timeline, options.randomness, size, options.routeLatency ?? routeLatencyDefault)
    this.#apiPrefixes = ["$JS.API.", ...(this.domain === undefined ? [] : [`$JS.${this.domain}.API.`])]
    this.#streamHost = {
      timeline: this.timeline,
      network: this.network,
      time: () => this.time(),
      acknowledge: (from, message) => this.faults.pass("Acknowledgement", () => this.#send(from, message)),
      batchesMax: () => 50,
      onStored: (copy) => {
        for (const consumer of this.consumers.values()) if (consumer.copy === copy) consumer.push()
      }
    }
    this.#connectionHost = {
      timeline: this.timeline,
      randomness: this.randomness,
      receive: (connection, message) => this.#receive(connection, message),
      subscribe: (subscription) => this.#subscriptions.add(subscription),
      unsubscribe: (subscription) => this.#subscriptions.remove(subscription)
    }
    this.#api = new JetStreamApi(this.#makeApiHost())
  }

  /** Milliseconds since 1970. */
  time(): number {
    return this.#epoch + this.timeline.now()
  }

  /** Connects a client, by its name, to a server that runs. `onCut` is told, with the reason in words, when the connection is lost. */
  connect(client: string, node: BrokerNode, latency: Latency, onCut: (cause: string) => void): ServerConnection {
    const connection = new ServerConnection(client, node, this.#connectionHost, latency, (cause) => {
      this.connections.delete(connection)
      if (cause !== undefined) onCut(cause)
    })
    this.connections.add(connection)
    return connection
  }

  /** Whether a client can connect to a server. */
  accepts(node: BrokerNode): boolean {
    return node.isUp
  }

  /** The copies of a stream whose server is the one with this index; with -1 the leader's, or the first. */
  nodeOf(index: number, stream: string): BrokerNode {
    const leader = this.streams.get(stream)?.group.leader?.node
    return (index < 0 ? leader : this.nodes[index]) ?? this.nodes[0]!
  }

  /** Ends the process of a server: connections and consumers there are gone, what was stored stays. */
  kill(node: BrokerNode): void {
    if (!node.isUp) return
    node.isUp = false
    node.downAt = this.timeline.now()
    for (const connection of this.connections) if (connection.node === node) connection.cut("the server closed it")
    for (const consumer of this.consumers.values()) if (consumer.copy.member.node === node) consumer.end()
    for (const { group } of this.streams.values()) {
      for (const member of group.members) if (member.node === node && member.isLeader) group.stepDown(member)
    }
    this.elections.changed()
  }

  /** Starts it again. */
  start(node: BrokerNode): void {
    if (node.isUp) return
    node.isUp = true
    this.elections.changed()
  }

  /** Cuts a server off from the others, which they notice so many milliseconds later. */
  isolate(node: BrokerNode, noticedAfter: number): void {
    for (const other of this.nodes) this.network.cut(node, other, noticedAfter)
    this.elections.changed()
  }

  /** Connects it with the others again. */
  heal(node: BrokerNode): void {
    for (const other of this.nodes) this.network.heal(node, other)
    this.elections.changed()
  }

  /** Makes everything to and from a server take so many times as long. */
  slow(node: BrokerNode, factor: number): void {
    for (const other of this.nodes) this.network.slow(node, other, factor)
    for (const connection of this.connections) if (connection.node === node) connection.factor = factor
  }

  /** The connections of a client, those of all clients when its name is empty. */
  connectionsOf(client: string): ReadonlyArray<ServerConnection> {
    return [...this.connections].filter((connection) => client === "" || connection.client === client)
  }

  /** Takes a stream away, as an operator does. */
  deleteStream(name: string): void {
    const stream = this.streams.get(name)
    if (stream !== undefined) this.#delete(stream)
  }

  /** Gives a stream other settings, as an operator does. */
  changeStream(name: string, change: object): void {
    const stream = this.streams.get(name)
    if (stream !== undefined) this.#update(stream, { ...stream.config, ...change })
  }

  /** A message has come to a server, from one of its clients. */
  #receive(connection: ServerConnection, message: BrokerMessage): void {
    const { node } = connection
    const { reply, subject } = message
    if (subject.startsWith("$JS.")) return this.#receiveOfJetStream(node, message)
    let taken = 0
    this.#captures.forEach(subject, ({ stream }) => {
      for (const copy of stream.leaders) {
        if (!this.network.knows(node, copy.member.node)) continue
        taken += 1
        this.faults.pass("Publish", () =>
          this.network.send(node, copy.member.node, () => {
            if (copy.member.isServing && this.streams.get(stream.name) === stream) stream.take(copy, message)
          }))
      }
    })
    taken += this.#deliver(node, subject, message)
    if (taken === 0 && reply !== "") this.#noResponders(node, reply, subject)
  }

  #receiveOfJetStream(node: BrokerNode, message: BrokerMessage): void {
    const { reply, subject } = message
    for (const prefix of this.#apiPrefixes) {
      if (!subject.startsWith(prefix)) continue
      const request = { ...message, subject: subject.slice(prefix.length) }
      return this.faults.pass(
        request.subject.startsWith("DIRECT") ? "DirectGet" : "Api",
        () => this.#api.take(node, request)
      )
    }
    const [, kind, stream, consumer] = subject.split(".")
    if (kind !== "FC") return this.#noResponders(node, reply, subject)
    const found = this.consumers.get(`${stream}.${consumer}`)
    if (found !== undefined) this.network.send(node, found.copy.member.node, () => found.flowControl(subject))
  }

  /** Sends to all who listen on a subject and to one of each queue; gives to how many. The message may have another subject. */
  #deliver(from: BrokerNode, to: string, message: BrokerMessage): number {
    let queues: Map<string, Array<Subscription>> | undefined
    let count = 0
    this.#subscriptions.forEach(to, (subscription) => {
      if (!this.network.knows(from, subscription.connection.node)) return
      if (subscription.queue === "") {
        count += 1
        return message.subject.startsWith("_INBOX.")
          ? this.faults.pass("Answer", () => this.#hand(from, subscription, message))
          : this.#hand(from, subscription, message)
      }
      queues ??= new Map()
      const present = queues.get(subscription.queue)
      if (present === undefined) queues.set(subscription.queue, [subscription])
      else present.push(subscription)
    })
    if (queues === undefined) return count
    for (const members of queues.values()) {
      count += 1
      this.faults.pass("Command", () => this.#hand(from, this.#pick(members), message))
      if (this.commandsToShare === 0) continue
      this.commandsToShare -= 1
      this.#hand(from, this.#pick(members), message)
    }
    return count
  }

  #hand(from: BrokerNode, subscription: Subscription, message: BrokerMessage): void {
    const { connection } = subscription
    this.network.send(from, connection.node, () => {
      if (connection.subscriptions.has(subscription)) connection.deliver(subscription, message)
    })
  }

  #send(from: BrokerNode, message: BrokerMessage): void {
    if (message.subject !== "") this.#deliver(from, message.subject, message)
  }

  #noResponders(node: BrokerNode, reply: string, subject: string): void {
    this.#send(node, {
      subject: reply,
      reply: "",
      headers: statusHeaders("503", `Nats-Subject: ${subject}\r\n`),
      payload: empty
    })
  }

  #pick<A>(list: ReadonlyArray<A>): A {
    return list.length === 1 ? list[0]! : list[this.randomness.below(list.length)]!
  }

  #create(config: StreamConfig): SimulatedStream {
    const nodes = this.nodes.filter(({ isUp }) => isUp)
    const first = this.randomness.below(nodes.length)
    const chosen = Array.from({ length: config.num_replicas }, (_, index) => nodes[(first + index) % nodes.length]!)
    const stream = new SimulatedStream(config, timeText(this.time()), chosen, this.#streamHost)
    this.streams.set(config.name, stream)
    stream.lead(stream.copies[0]!)
    this.#capture(stream)
    this.#advise("CREATED", stream)
    return stream
  }

  #update(stream: SimulatedStream, config: StreamConfig): SimulatedStream {
    this.#release(stream)
    const changed = config.num_replicas === stream.copies.length ? stream : this.#resized(stream, config)
    changed.configure(config)
    this.#capture(changed)
    this.#advise("UPDATED", changed)
    return changed
  }

  /** The same stream on more servers, or fewer. */
  #resized(stream: SimulatedStream, { num_replicas: replicas }: StreamConfig): SimulatedStream {
    const resized = stream.resized(replicas, this.nodes.filter(({ isUp }) => isUp))
    this.streams.set(stream.name, resized)
    if (replicas === 1) resized.lead(resized.copies[0]!)
    // They elect one of them, which takes its time.
    this.elections.isVacant(resized, this.randomness.between(200, 3_000))
    for (const consumer of this.consumers.values()) {
      if (consumer.stream === stream.name) {
        consumer.moveTo(resized.copyOn(consumer.copy.member.node) ?? resized.copies[0]!)
      }
    }
    return resized
  }

  #delete(stream: SimulatedStream): void {
    this.#release(stream)
    this.streams.delete(stream.name)
    for (const consumer of this.consumers.values()) if (consumer.stream === stream.name) consumer.end()
    this.#advise("DELETED", stream)
  }

  #capture(stream: SimulatedStream): void {
    for (const subject of stream.config.subjects) {
      const capture = { subject, stream }
      this.#captured.push(capture)
      this.#captures.add(capture)
    }
  }

  #captured: Array<Capture> = []

  #release(stream: SimulatedStream): void {
    for (const capture of this.#captured) if (capture.stream === stream) this.#captures.remove(capture)
    this.#captured = this.#captured.filter((capture) => capture.stream !== stream)
  }

  /** Tells whoever listens that a stream was changed. */
  #advise(what: "CREATED" | "UPDATED" | "DELETED", { copies, name }: SimulatedStream): void {
    const subject = `$JS.EVENT.ADVISORY.STREAM.${what}.${name}`
    this.#send(copies[0]!.member.node, {
      subject,
      reply: "",
      headers: undefined,
      payload: encode(JSON.stringify({ stream: name }))
    })
  }

  #makeApiHost(): ApiHost {
    return {
      streams: this.streams,
      consumers: this.consumers,
      nodes: this.nodes,
      domain: this.domain,
      time: () => this.time(),
      now: () => this.timeline.now(),
      pick: (list) => this.#pick(list),
      route: (from, to, run) => this.network.send(from, to, run),
      knows: (from, to) => this.network.knows(from, to),
      meta: (at) => {
        const reached = this.nodes.filter((node) => this.network.reaches(at, node))
        return reached.length * 2 > this.nodes.length ? reached[0] : undefined
      },
      isLeaderless: (stream) => this.elections.isLeaderless(stream),
      directCopies: (at, stream) => stream.copies.filter(({ member }) => this.network.knows(at, member.node)),
      send: (from, message) => this.faults.pass("DirectAnswer", () => this.#send(from, message)),
      answer: (from, reply, type, body) => {
        const payload = encode(JSON.stringify({ type, ...body }))
        this.faults.pass(
          "ApiAnswer",
          () => this.#send(from, { subject: reply, reply: "", headers: undefined, payload })
        )
      },
      noResponders: (at, reply, subject) => this.#noResponders(at, reply, subject),
      problemOf: (config, present) => streamProblem(this, config, present),
      create: (config) => this.#create(config),
      update: (stream, config) => this.#update(stream, config),
      delete: (stream) => this.#delete(stream),
      consumerHost: (node, key) => ({
        timeline: this.timeline,
        deliver: (to, message) => this.#deliver(node, to, message) > 0,
        isHeard: (subject) => this.#isHeard(node, subject),
        onGone: () => this.consumers.delete(key),
        unique: () => String(this.#unique += 1)
      })
    }
  }

  #isHeard(node: BrokerNode, subject: string): boolean {
    let isHeard = false
    this.#subscriptions.forEach(subject, ({ connection }) => {
      isHeard ||= this.network.knows(node, connection.node)
    })
    return isHeard
  }
}
