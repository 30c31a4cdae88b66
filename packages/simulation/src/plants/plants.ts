import { domainPlants } from "./domainPlants.ts"
import { linePlants } from "./linePlants.ts"
import type { Plant } from "./Plant.ts"
import { clientPlants, codecPlants, protocolPlants } from "./protocolPlants.ts"
import { adapterPlants, aggregatePlants, followerPlants, snapshotPlants } from "./storePlants.ts"

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
