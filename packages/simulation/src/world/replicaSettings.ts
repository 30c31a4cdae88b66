import { replicaDefaults } from "@cim-domain/commands/replica/Replica"
import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { Organization } from "@cim-domain/organization"
import type { StoreSettings } from "@cim-domain/service/brokerStores"
import type { ServeSettings } from "@cim-domain/service/serve"
import { beginning } from "../process/VirtualClock.ts"
import type { ScenarioSettings } from "../scenario/Scenario.ts"
import type { Randomness } from "../time/Randomness.ts"

/** What every replica is told of the streams. */
export const storeSettings: StoreSettings = {
  commandTimeoutMillis: replicaDefaults.commandTimeoutMillis,
  streamName: Organization.subjects.eventStream,
  streamReplicas: undefined,
  createStreams: true
}

/** What a replica is told. `ids` decides the ids that it makes up. */
export const replicaSettings = (
  { cacheCapacity, commandTimeoutMillis, maxInFlight, snapshotEvery }: ScenarioSettings,
  ids: Randomness
): ServeSettings & StoreSettings => {
  let made = 0
  return {
    ...replicaDefaults,
    ...storeSettings,
    cacheCapacity,
    commandTimeoutMillis,
    maxInFlight,
    maxBytesInFlight: 18_874_368,
    snapshotEvery,
    limits: {},
    newId: () => uuidV7(beginning + made++, ids.bytes(10))
  }
}
