import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { snapshotStoreContract } from "../src/testing/SnapshotStoreContract.ts"

snapshotStoreContract("memory", SnapshotStore.layerMemory)
