import type { StateCodec } from "@cim-domain/event-sourcing/Aggregate"
import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Result, Schema } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import { Quantity } from "../fields/Quantity.ts"
import { Timestamp } from "../fields/Timestamp.ts"
import { RecentCommands, type TypeNumbers } from "../memory/RecentCommands.ts"
import { sha256 } from "../memory/sha256.ts"
import { parseJson } from "../protocol/parseJson.ts"
import { issuesOf } from "../protocol/ValidationIssue.ts"
import type { Stored } from "../State.ts"
import type { StateDefinition } from "../State.ts"
import { Anomalies } from "./Anomalies.ts"
import type { Kept } from "./Kept.ts"
import { UnknownEvents } from "./UnknownEvents.ts"

/** Raise this when commands are packed otherwise, or what is kept beside the domain's state changes. */
const keptVersion = 4

const depthMax = 600

/** The order of bytes here: 1 where the lowest comes first, else 0. */
const firstByteOfOne = new Uint8Array(Uint32Array.of(1).buffer)[0]

/** The last commands, for machines: an operator sees how many there are, and sends a command again to see what became of it. */
const PackedCommands = Schema.Struct({
  count: Quantity,
  forgotten: Quantity,
  forgotten_until: Schema.Int,
  forgotten_others: Quantity,
  packed: Schema.String
})

/**
 * Writes and reads states as JSON text, for snapshots. A snapshot is worth something only under the same fingerprint, which
 * names the shape of the state, the meaning of events (`evolveVersion`) and which events are known. The last is part of it
 * because a state made by a version that did not know an event must not be believed by one that does. So is the order of bytes,
 * and that of commands and events, in which recent commands are packed. Equal states are written equally.
 */
export const makeStateCodec = <State>(
  { commands, events, id }: Pick<Catalog, "commands" | "events" | "id">,
  types: TypeNumbers,
  { of, read, schema }: StateDefinition<State>,
  evolveVersion: number
): StateCodec<State & Kept> => {
  const StoredState = Schema.Struct({
    id,
    version: Quantity,
    updated_at: Schema.NullOr(Timestamp),
    ...schema.fields,
    recent_commands: PackedCommands,
    unknown_events: UnknownEvents,
    anomalies: Anomalies
  }) as unknown as Schema.Codec<Stored & Omit<Kept, "recent_commands"> & { readonly recent_commands: never }, unknown>
  const encode = Schema.encodeSync(CompiledSchemas.install(StoredState))
  const decode = Schema.decodeUnknownResult(StoredState)
  // The type side, which names the values of enums; the other side takes whatever is there.
  const shapes = [StoredState, ...Array.from(events.byType.values(), (event) => event.schema)].map((schema) =>
    Schema.toJsonSchemaDocument(Schema.toType(schema))
  )
  const readState = (text: string): Result.Result<State & Kept, string> => {
    const decoded = decode(parseJson(text, depthMax))
    if (Result.isFailure(decoded)) return Result.fail(describe(decoded.failure))
    const { anomalies, id, recent_commands, unknown_events, updated_at, version, ...stored } = decoded.success
    const commands = RecentCommands.unpack(types, recent_commands)
    if (commands === undefined) return Result.fail("the recent commands cannot be read")
    return Result.map(read(stored), (state) => ({
      ...state,
      id,
      version,
      updated_at,
      recent_commands: commands,
      unknown_events,
      anomalies
    }))
  }
  const named = [keptVersion, evolveVersion, firstByteOfOne, commands.types, events.types, ...shapes]
  return {
    fingerprint: sha256(JSON.stringify(named)).slice(0, 16),
    encode: (state) =>
      JSON.stringify(encode({
        id: state.id,
        version: state.version,
        updated_at: state.updated_at,
        ...of(state),
        recent_commands: state.recent_commands.pack() as never,
        unknown_events: state.unknown_events,
        anomalies: state.anomalies
      })),
    decode: (text) => {
      try {
        return readState(text)
      } catch (thrown) {
        return Result.fail(`reading it throws: ${String(thrown)}`)
      }
    }
  }
}

const describe = (error: Schema.SchemaError): string =>
  issuesOf(error.issue).map(({ message, path }) => `${path}: ${message}`).join("; ")
