import { adapterPlants } from "./adapterPlants.ts"
import { aggregatePlants } from "./aggregatePlants.ts"
import { clientPlants } from "./clientPlants.ts"
import { codecPlants } from "./codecPlants.ts"
import { domainPlants } from "./domainPlants.ts"
import { followerPlants } from "./followerPlants.ts"
import { linePlants } from "./linePlants.ts"
import type { Plant } from "./Plant.ts"
import { protocolPlants } from "./protocolPlants.ts"
import { snapshotPlants } from "./snapshotPlants.ts"

/** Faults in every layer that can lose, double or falsify, each of which has to be found. */
export const plants: ReadonlyArray<Plant> = [
  ...linePlants,
  ...aggregatePlants,
  ...adapterPlants,
  ...codecPlants,
  ...protocolPlants,
  ...clientPlants,
  ...followerPlants,
  ...snapshotPlants,
  ...domainPlants
]
