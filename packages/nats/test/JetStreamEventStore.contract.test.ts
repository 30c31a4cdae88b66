import { eventStoreContract } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { onOneServer, onThreeServers } from "./Broker.ts"

eventStoreContract("JetStream, one server", onOneServer)
eventStoreContract("JetStream, three servers", onThreeServers)
