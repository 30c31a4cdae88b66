import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { Parcel, parcelExamples } from "@cim-domain/commands/testing/Parcel"
import { serviceContract } from "@cim-domain/commands/testing/serviceContract"

serviceContract("parcels in memory", inMemoryTransport(Parcel), Parcel, parcelExamples)
