import { aggregateLaws } from "../src/testing/aggregateLaws.ts"
import { Parcel } from "../src/testing/Parcel.ts"

aggregateLaws(Parcel)
