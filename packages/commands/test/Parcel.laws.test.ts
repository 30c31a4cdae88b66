import { aggregateLaws } from "@cim-domain/commands/testing/aggregateLaws"
import { Parcel } from "@cim-domain/commands/testing/Parcel"

aggregateLaws(Parcel)
