import { SnapshotStore } from "../src/SnapshotStore.ts"
import { snapshotStoreContract } from "../src/testing/SnapshotStoreContract.ts"

snapshotStoreContract("memory", SnapshotStore.layerMemory)
