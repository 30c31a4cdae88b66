import type { BrokerNode } from "../cluster/Network.ts"
import type { PushConsumer } from "../consumers/PushConsumer.ts"
import type { ConsumerHost } from "../consumers/PushConsumer.ts"
import type { BrokerMessage } from "../message/BrokerMessage.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import type { StreamConfig } from "../stream/StreamConfig.ts"
import type { StreamCopy } from "../stream/StreamCopy.ts"
import type { ApiError } from "./apiErrors.ts"

/** A request of the JetStream API. */
export interface ApiRequest {
  /** Without `$JS.API.`. */
  readonly subject: string
  readonly payload: Uint8Array
  readonly reply: string
}

/** What the API needs of the broker. */
export interface ApiHost {
  readonly streams: ReadonlyMap<string, SimulatedStream>
  readonly consumers: Map<string, PushConsumer>
  readonly nodes: ReadonlyArray<BrokerNode>
  readonly domain: string | undefined
  /** Milliseconds since 1970. */
  readonly time: () => number
  readonly now: () => number
  readonly pick: <A>(list: ReadonlyArray<A>) => A
  readonly route: (from: BrokerNode, to: BrokerNode, run: () => void) => void
  /** Whether a server takes another one for reachable, which it may not be. */
  readonly knows: (from: BrokerNode, to: BrokerNode) => boolean
  /** Which server says what streams there are; none without a majority. */
  readonly meta: (at: BrokerNode) => BrokerNode | undefined
  readonly isLeaderless: (stream: SimulatedStream) => boolean
  /** The copies that may answer direct gets. */
  readonly directCopies: (at: BrokerNode, stream: SimulatedStream) => ReadonlyArray<StreamCopy>
  readonly send: (from: BrokerNode, message: BrokerMessage) => void
  readonly answer: (from: BrokerNode, reply: string, type: string, body: object) => void
  readonly noResponders: (at: BrokerNode, reply: string, subject: string) => void
  readonly problemOf: (config: StreamConfig, present: SimulatedStream | undefined) => ApiError | undefined
  readonly create: (config: StreamConfig) => SimulatedStream
  readonly update: (stream: SimulatedStream, config: StreamConfig) => SimulatedStream
  readonly delete: (stream: SimulatedStream) => void
  /** What a consumer on this server needs. */
  readonly consumerHost: (node: BrokerNode, key: string) => ConsumerHost
}
