export {
  type BatchMessage,
  maxBatchMessages,
  type PublishAck,
  type PublishTarget,
  publishAtomicBatch,
  publishOne
} from "./AtomicBatch.ts"
export { isAcceptedBrokerVersion, neededBrokerVersion } from "./BrokerVersion.ts"
export {
  CommandSubscription,
  type CommandSubscriptionOptions,
  type IncomingMessage,
  type Reply
} from "./CommandSubscription.ts"
export { EventStream, type EventStreamOptions } from "./EventStream.ts"
export { BrokerTooOld, type EventStreamError, StreamUnusable } from "./EventStreamError.ts"
export { JetStreamEventStore, type JetStreamEventStoreOptions } from "./JetStreamEventStore.ts"
export { JetStreamSnapshotStore, type JetStreamSnapshotStoreOptions } from "./JetStreamSnapshotStore.ts"
export { NatsCommandTransport } from "./NatsCommandTransport.ts"
export {
  type ConnectionStatus,
  NatsConnection,
  type NatsConnectionOptions,
  type ServerFacts
} from "./NatsConnection.ts"
export { identityProblem } from "./Identity.ts"
export { NatsError, type NatsErrorReason } from "./NatsError.ts"
export { inboxPrefixForm, isInboxPrefix } from "./InboxPrefix.ts"
export { isJetStreamDomain, jetStreamDomainForm } from "./JetStreamDomain.ts"
export type { HeaderRecord, NatsMessage, NatsSocket, RequestOptions } from "./NatsSocket.ts"
export { secretFileProblem } from "./SecretFile.ts"
export { type NatsUrl, type NatsUrlCredentials, NatsUrlError, parse as parseNatsUrl } from "./NatsUrl.ts"
