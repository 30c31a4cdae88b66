import { Arbitrary } from "effect"
import type { OpaqueEvent } from "../history/OpaqueEvent.ts"
import { among, uuid } from "./valueArbitraries.ts"

/** Events that cannot be read, which call themselves by one of these types: for newer versions, or of text that is no JSON. */
export const opaqueEvents = (...types: ReadonlyArray<string>): Arbitrary.Arbitrary<OpaqueEvent> =>
  Arbitrary.map(
    Arbitrary.all([among(...types), among(null, 2, 3), among(true, false), uuid(1_000)]),
    ([recorded_type, schema_version, readable, event_id]) => ({
      event_type: "Opaque",
      recorded_type,
      schema_version,
      readable,
      event_id,
      command_id: null,
      correlation_id: null,
      data: readable ? JSON.stringify({ event_type: recorded_type, schema_version }) : "{"
    })
  )
