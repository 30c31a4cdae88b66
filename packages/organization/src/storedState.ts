import * as State from "@cim-domain/commands/State"
import { HashMap, Result, Schema } from "effect"
import { FacilityId } from "./Identifiers.ts"
import type { OrganizationFacts } from "./OrganizationState.ts"
import { growth } from "./state/bytesOf.ts"
import { ChildOrganization } from "./state/ChildOrganization.ts"
import { Department } from "./state/Department.ts"
import { Facility } from "./state/Facility.ts"
import { Merger } from "./state/Merger.ts"
import { OrganizationRoot } from "./state/OrganizationRoot.ts"
import { Role } from "./state/Role.ts"
import { Team } from "./state/Team.ts"
import { unitsOf } from "./state/unitsOf.ts"

/** How an organization is stored in snapshots: its collections as lists in the order of ids, without what follows from them. */
export const storedState = State.make(
  Schema.Struct({
    organization: Schema.NullOr(OrganizationRoot),
    departments: Schema.Array(Department),
    teams: Schema.Array(Team),
    roles: Schema.Array(Role),
    facilities: Schema.Array(Facility),
    removed_facility_ids: Schema.Array(FacilityId),
    children: Schema.Array(ChildOrganization),
    absorbed: Schema.Array(Merger),
    merged_into: Schema.NullOr(Merger)
  }),
  {
    of: (state: OrganizationFacts) => ({
      organization: state.organization,
      departments: inOrder(state.departments),
      teams: inOrder(state.teams),
      roles: inOrder(state.roles),
      facilities: inOrder(state.facilities),
      removed_facility_ids: Array.from(state.removed_facility_ids).toSorted(),
      children: inOrder(state.children),
      absorbed: inOrder(state.absorbed),
      merged_into: state.merged_into
    }),
    read: ({ absorbed, children, departments, facilities, removed_facility_ids, roles, teams, ...rest }) => {
      const units = unitsOf({ departments, teams, roles, facilities, removed_facility_ids })
      if (units === null) return Result.fail("the units stand in a circle")
      const own = [rest.organization, ...children, ...absorbed]
      return Result.succeed({
        ...rest,
        ...units,
        bytes: own.reduce((sum, each) => sum + growth(null, each), units.bytes),
        children: HashMap.fromIterable(children.map((child) => [child.id, child])),
        absorbed: HashMap.fromIterable(absorbed.map((merger) => [merger.organization_id, merger]))
      })
    }
  }
)

const inOrder = <Id extends string, A>(byId: HashMap.HashMap<Id, A>): ReadonlyArray<A> =>
  HashMap.toEntries(byId).toSorted(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value)
