import type { Kept } from "@cim-domain/commands/history/Kept"
import { HashMap } from "effect"
import type { ChildOrganization } from "./hierarchy/ChildOrganization.ts"
import type { Merger } from "./hierarchy/Merger.ts"
import type { OrganizationId } from "./Identifiers.ts"
import type { OrganizationRoot } from "./organization/OrganizationRoot.ts"
import { noUnits, type Units } from "./units/Units.ts"

/** What an organization is, beside what is kept of its past. */
export interface OrganizationFacts extends Units {
  /** `null` until the organization is created; units may be there before, in histories of the first writers. */
  readonly organization: OrganizationRoot | null
  readonly children: HashMap.HashMap<OrganizationId, ChildOrganization>
  /** The organizations that were merged into this one. */
  readonly absorbed: HashMap.HashMap<OrganizationId, Merger>
  /** The organization that this one was merged into. */
  readonly merged_into: Merger | null
}

/** What deciding needs to know about an organization; always the fold of its events, never changed in place. */
export interface OrganizationState extends OrganizationFacts, Kept<OrganizationId> {}

/** An organization to which nothing has happened. */
export const noFacts: OrganizationFacts = {
  organization: null,
  ...noUnits,
  children: HashMap.empty(),
  absorbed: HashMap.empty(),
  merged_into: null
}
