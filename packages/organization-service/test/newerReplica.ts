import { organizationEventCodec, organizationStateCodec } from "@cim-domain/organization"
import process from "node:process"

/**
 * The replica of a later release, which knows one event more, `OrganizationRenamed`. It writes it only when it is told to by
 * `EMIT_RENAMED=true`, as the first of the two releases that bring a new event.
 */
const renamed = "OrganizationRenamed"
const isOn = process.env["EMIT_RENAMED"] === "true"

const { decode, encode } = organizationEventCodec
Object.assign(organizationStateCodec, { fingerprint: "of a later version" })
Object.assign(
  organizationEventCodec,
  {
    encode: (event) => {
      const encoded = encode(event)
      if (!isOn || event.event_type !== "OrganizationUpdated" || event.changes.name === null) return encoded
      const data = JSON.stringify({ ...JSON.parse(encoded.data), event_type: renamed })
      return { ...encoded, type: renamed, token: "renamed", data }
    },
    decode: (recorded) =>
      recorded.type === renamed
        ? decode({
          ...recorded,
          type: "OrganizationUpdated",
          data: recorded.data.replace(renamed, "OrganizationUpdated")
        })
        : decode(recorded)
  } satisfies Pick<typeof organizationEventCodec, "encode" | "decode">
)

await import("../src/main.ts")
