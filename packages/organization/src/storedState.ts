import * as State from "@cim-domain/commands/State"
import { HashMap, Result, Schema } from "effect"
import { Department } from "./department/Department.ts"
import { Facility } from "./facility/Facility.ts"
import { ChildOrganization } from "./hierarchy/ChildOrganization.ts"
import { Merger } from "./hierarchy/Merger.ts"
import { FacilityId } from "./Identifiers.ts"
import { growth } from "./limits/bytesOf.ts"
import { OrganizationRoot } from "./organization/OrganizationRoot.ts"
import type { OrganizationFacts } from "./OrganizationState.ts"
import { Role } from "./role/Role.ts"
import { Team } from "./team/Team.ts"
import { unitsOf } from "./units/unitsOf.ts"

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
