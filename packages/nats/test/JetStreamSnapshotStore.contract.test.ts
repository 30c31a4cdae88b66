import { snapshotStoreContract } from "@cim-domain/event-sourcing/testing/snapshotStoreContract"
import { onOneServer, onThreeServers } from "./Broker.ts"

snapshotStoreContract("JetStream, one server", onOneServer)
snapshotStoreContract("JetStream, three servers", onThreeServers)
