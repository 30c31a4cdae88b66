import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { snapshotStoreContract } from "../src/testing/snapshotStoreContract.ts"

snapshotStoreContract("memory", SnapshotStore.layerMemory)
