import { EventStore } from "../src/EventStore.ts"
import { eventStoreContract } from "../src/testing/EventStoreContract.ts"

eventStoreContract("memory", EventStore.layerMemory)
