import { growth } from "../limits/bytesOf.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { OrganizationRoot } from "./OrganizationRoot.ts"

/** The state when the organization itself becomes another one. */
export const withRoot = (state: OrganizationState, organization: OrganizationRoot): OrganizationState => ({
  ...state,
  organization,
  bytes: state.bytes + growth(state.organization, organization)
})
