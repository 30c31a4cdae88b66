import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { Parcel, parcelExamples } from "../src/testing/Parcel.ts"
import { serviceContract } from "../src/testing/serviceContract.ts"

serviceContract("parcels in memory", inMemoryTransport(Parcel), Parcel, parcelExamples)
