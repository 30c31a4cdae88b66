import { aggregateLaws } from "../src/testing/aggregateLaws.ts"
import { Parcel } from "../src/testing/Parcel.ts"

aggregateLaws(Parcel, {
  about: (event) => {
    switch (event.event_type) {
      case "ParcelSent":
        return ["sender_id", "to", "due"]
      case "ParcelLabelled":
        return [`labels.${event.label_id}`]
      case "ParcelMoved":
        return ["to", "due"]
      case "ParcelDelivered":
        return ["signed_by"]
    }
  }
})
