import { plantsIn } from "./Plant.ts"

/** Faults of the rules of organizations. */
export const domainPlants = plantsIn("domain", "organization/src", [
  [
    "organization/updateOrganization.ts",
    "an update of one field of an inactive organization is answered no_change",
    `if (changed.length === 0) return noChange`,
    `if (changed.length === 0 || (changed.length === 1 && from === "Inactive")) return noChange`
  ],
  [
    "department/DepartmentCreated.ts",
    "a new department clears the description of the organization",
    `putUnit(state, "Department", {`,
    `putUnit(state.organization === null ? state : { ...state, organization: { ...state.organization, description: null } }, "Department", {`
  ],
  [
    "organization/statusTransitions.ts",
    "a suspended organization may become inactive",
    `Suspended: ["Active"]`,
    `Suspended: ["Active", "Inactive"]`
  ],
  [
    "organization/changeOrganizationStatus.ts",
    "suspension is left without a reason",
    `(from === "Suspended" || to === "Suspended")`,
    `to === "Suspended"`
  ],
  [
    "units/codeInUse.ts",
    "a code may be taken twice",
    `.find((id) => id !== own)`,
    `.find((id) => id === own && id !== own)`
  ],
  [
    "units/circularReference.ts",
    "a unit may stand below itself",
    `parent === null ? null : wayUp(forest, parent, id)`,
    `parent === null || parent !== id ? null : wayUp(forest, parent, id)`
  ],
  [
    "department/dissolveDepartment.ts",
    "teams of a department that ends stay behind",
    `team_ids: teams, role_ids: roles`,
    `team_ids: [], role_ids: roles`
  ],
  [
    "department/dissolveDepartment.ts",
    "a department ends with what is in it",
    `if (departments.length + teams.length + roles.length > 0) {`,
    `if (departments.length > 0) {`
  ],
  [
    "role/deprecateRole.ts",
    "who reported to a role that ends reports to it still",
    `report_role_ids: reports.filter((id) => id !== replacement_role_id)`,
    `report_role_ids: reports.filter((id) => id === replacement_role_id)`
  ],
  [
    "updates/withChanges.ts",
    "what is cleared stays",
    `for (const field of changes.cleared) next[field] = null`,
    `for (const field of changes.cleared) next[field] ??= null`
  ],
  [
    "decide.ts",
    "a merged organization goes on",
    `if (isTerminal(status)) return`,
    `if (isTerminal(status) && status !== "Merged") return`
  ],
  [
    "team/disbandTeam.ts",
    "roles of a team that ends stay in it",
    `transferred: { role_ids: teamContents(state, team_id) }`,
    `transferred: { role_ids: teamContents(state, team_id).slice(1) }`
  ],
  [
    "hierarchy/addChildOrganization.ts",
    "a child may be added twice",
    `if (HashMap.has(state.children, child_organization_id)) return noChange`,
    `if (HashMap.has(state.children, child_organization_id) && child_name === "") return noChange`
  ]
])
