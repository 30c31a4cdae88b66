export {
  type BatchMessage,
  maxBatchMessages,
  type PublishAck,
  type PublishTarget,
  publishAtomicBatch,
  publishOne
} from "./stream/publishAtomicBatch.ts"
export { isAcceptedBrokerVersion, neededBrokerVersion } from "./connection/brokerVersion.ts"
export {
  CommandSubscription,
  type CommandSubscriptionOptions,
  type IncomingMessage,
  type Reply
} from "./commands/CommandSubscription.ts"
export { EventStream, type EventStreamOptions } from "./stream/EventStream.ts"
export { BrokerTooOld, type EventStreamError, StreamUnusable } from "./stream/EventStreamError.ts"
export { JetStreamEventStore, type JetStreamEventStoreOptions } from "./events/JetStreamEventStore.ts"
export { JetStreamSnapshotStore, type JetStreamSnapshotStoreOptions } from "./snapshots/JetStreamSnapshotStore.ts"
export { NatsCommandTransport } from "./commands/NatsCommandTransport.ts"
export {
  type ConnectionStatus,
  NatsConnection,
  type NatsConnectionOptions,
  type ServerFacts
} from "./connection/NatsConnection.ts"
export { identityProblem } from "./connection/identityProblem.ts"
export { NatsError, type NatsErrorReason } from "./connection/NatsError.ts"
export { inboxPrefixForm, isInboxPrefix } from "./connection/inboxPrefix.ts"
export { isJetStreamDomain, jetStreamDomainForm } from "./connection/jetStreamDomain.ts"
export type { HeaderRecord, NatsMessage, NatsSocket, RequestOptions } from "./connection/NatsSocket.ts"
export { secretFileProblem } from "./connection/SecretFile.ts"
export { type NatsUrl, type NatsUrlCredentials, NatsUrlError, parse as parseNatsUrl } from "./connection/NatsUrl.ts"
