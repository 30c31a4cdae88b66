import { Schema } from "effect"
import { Quantity } from "../fields/Quantity.ts"

/** How many anomalies are kept in detail. */
const listedMax = 50

/** Events that could not be applied: how many, and the last ones. They can only come from foreign or older writers. */
export const Anomalies = Schema.Struct({
  count: Quantity,
  last: Schema.Array(Schema.Struct({ version: Quantity, event_type: Schema.String, why: Schema.String }))
})
export type Anomalies = typeof Anomalies.Type

/** None. */
export const noAnomalies: Anomalies = { count: 0, last: [] }

/** One more. */
export const addAnomaly = (anomalies: Anomalies, anomaly: Anomalies["last"][number]): Anomalies => ({
  count: anomalies.count + 1,
  last: [...anomalies.last.slice(1 - listedMax), anomaly]
})
