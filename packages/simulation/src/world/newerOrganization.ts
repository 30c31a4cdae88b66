import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { Organization } from "@cim-domain/organization"

/** Another spelling of the words for two statuses; what is spelt twice is as it was. */
const respelt = (text: string): string =>
  text.replaceAll(/"(?:Active|Inactive)"/g, (word) => word === "\"Active\"" ? "\"Inactive\"" : "\"Active\"")

/**
 * The organization as another release has it: the same events, and states that are spelt otherwise. Whoever takes the snapshot of the
 * other release for one of its own has another state than the history says.
 */
export const newerOrganization: typeof Organization = {
  ...Organization,
  states: {
    fingerprint: "of another release",
    encode: (state) => respelt(Organization.states.encode(state)),
    decode: (text) => Organization.states.decode(respelt(text))
  }
}

/** A snapshot of either release as this one would have written it. */
export const asThisRelease = (snapshot: Snapshot): Snapshot =>
  snapshot.fingerprint === newerOrganization.states.fingerprint
    ? { ...snapshot, fingerprint: Organization.states.fingerprint, state: respelt(snapshot.state) }
    : snapshot
