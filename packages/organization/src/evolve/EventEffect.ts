import type { OrganizationState } from "../OrganizationState.ts"

/** What an event does to the state: the parts that change, or in words why it cannot apply. */
export type EventEffect = Partial<Pick<OrganizationState, "organization" | "children">> | string
