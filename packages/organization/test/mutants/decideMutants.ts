import type { Mutant } from "./Mutant.ts"

/** Faults in what an organization says to commands. */
export const decideMutants: ReadonlyArray<Mutant> = [
  {
    file: "decide/decide.ts",
    find: "missing(state) ?? blocked(state, command) ?? versionConflict(state, command)",
    replace: "missing(state) ?? blocked(state, command)",
    why: "expected versions are not looked at"
  },
  {
    file: "decide/decide.ts",
    find: "unreadableHistory(state) ?? repetition(state, command)",
    replace: "unreadableHistory(state)",
    why: "commands take effect twice"
  },
  {
    file: "decide/decide.ts",
    find: "unreadableHistory(state) ?? repetition",
    replace: "repetition",
    why: "commands are decided on histories that are not understood"
  },
  {
    file: "decide/decide.ts",
    find: "if (isTerminal(status)) return",
    replace: "if (status === \"Merged\") return",
    why: "dissolved organizations say the wrong thing"
  },
  {
    file: "decide/commandGate.ts",
    find: "  UpdateTeam: unlessSuspended",
    replace: "  UpdateTeam: always",
    why: "teams change while their organization is suspended"
  },
  {
    file: "decide/eventHeader.ts",
    find: "state.updated_at > now ? state.updated_at : now",
    replace: "state.updated_at > now ? now : now",
    why: "time runs backwards"
  },
  {
    file: "decide/eventHeader.ts",
    find: "causation_id: command.identity.message_id",
    replace: "causation_id: command.identity.causation_id",
    why: "events are not caused by their command"
  },
  {
    file: "decide/changes.ts",
    find: " && record[field] !== null",
    replace: "",
    why: "empty fields are emptied again"
  },
  {
    file: "decide/changes.ts",
    find: "isSameJson(current, wanted) ? null : wanted",
    replace: "current === wanted ? null : wanted",
    why: "equal lists count as changes"
  },
  {
    file: "decide/unavailable.ts",
    find: "status === retiredStatus[kind] ?",
    replace: "status === \"Removed\" ?",
    why: "retired units are referred to"
  },
  {
    file: "decide/unavailable.ts",
    find: "return status === \"Closed\"",
    replace: "return status === \"Inactive\"",
    why: "closed facilities take others in"
  },
  {
    file: "decide/unavailable.ts",
    find: "statusOfUnit(units, kind, id) === undefined ? null",
    replace: "statusOfUnit(units, kind, id) !== \"Active\" ? null",
    why: "retired ids are used again"
  },
  {
    file: "decide/codeInUse.ts",
    find: ".find((id) => id !== own)",
    replace: ".find(() => true)",
    why: "a unit cannot change the case of its own code"
  },
  {
    file: "decide/circularReference.ts",
    find: "way === null ? null :",
    replace: "way === null || way.length > 2 ? null :",
    why: "long circles close"
  },
  {
    file: "decide/exceeded.ts",
    find: "actual > max",
    replace: "actual > max + 1",
    why: "limits are off by one"
  },
  {
    file: "decide/exceeded.ts",
    find: "actual > max",
    replace: "actual >= max",
    why: "the last place is never taken"
  },
  {
    file: "decide/createDepartment.ts",
    find: "depthOf(departmentForest, parent_department_id) + 1",
    replace: "depthOf(departmentForest, parent_department_id)",
    why: "departments get one level too deep"
  },
  {
    file: "decide/createDepartment.ts",
    find: "liveDepartments + 1",
    replace: "1",
    why: "departments are not counted"
  },
  {
    file: "decide/createTeam.ts",
    find: "      unavailable(state, \"Department\", department_id) ??\n".trim(),
    replace: "",
    why: "teams are in departments that do not exist"
  },
  {
    file: "decide/createRole.ts",
    find: "departmentMismatch(state, team_id, department_id) ??",
    replace: "",
    why: "roles are in another department than their team"
  },
  {
    file: "decide/createFacility.ts",
    find: "HashMap.size(state.facilities) + 1",
    replace: "HashMap.size(state.facilities)",
    why: "one facility too many"
  },
  {
    file: "decide/updateDepartment.ts",
    find: "if (changes.status === \"Dissolved\")",
    replace: "if (changes.status === \"Inactive\")",
    why: "an update dissolves"
  },
  {
    file: "decide/restructureDepartment.ts",
    find: "depthOf(forest, target) + heightOf(forest, department_id)",
    replace: "depthOf(forest, target) + 1",
    why: "subtrees move below the deepest level"
  },
  {
    file: "decide/restructureDepartment.ts",
    find: "to >= from",
    replace: "to > from",
    why: "a promotion to the same level passes"
  },
  {
    file: "decide/restructureDepartment.ts",
    find: "to <= from",
    replace: "to < from",
    why: "a demotion to the same level passes"
  },
  {
    file: "decide/restructureDepartment.ts",
    find: "(!marks || status === \"Restructuring\")",
    replace: "(!marks || status !== \"Active\")",
    why: "an inactive department cannot be split"
  },
  {
    file: "decide/dissolveDepartment.ts",
    find: "departments.length + teams.length + roles.length > 0",
    replace: "departments.length + teams.length > 0",
    why: "roles are left in a dissolved department"
  },
  {
    file: "decide/dissolveDepartment.ts",
    find: "if (isWithin(forest, transfer_to, department_id))",
    replace: "if (transfer_to === department_id)",
    why: "contents move below themselves"
  },
  {
    file: "decide/dissolveDepartment.ts",
    find: "heightOf(forest, department_id) - 1",
    replace: "heightOf(forest, department_id)",
    why: "a transfer that fits is refused"
  },
  {
    file: "decide/updateTeam.ts",
    find: "  Disbanding: [\"Active\"],",
    replace: "  Disbanding: [\"Active\", \"OnHold\"],",
    why: "a team that is ending is put on hold"
  },
  {
    file: "decide/updateTeam.ts",
    find: "rolesOutside(state, team_id, changes.department_id)",
    replace: "[]",
    why: "roles that follow their team are not recorded"
  },
  {
    file: "decide/disbandTeam.ts",
    find: "if (members_transfer_to === team_id)",
    replace: "if (members_transfer_to === null)",
    why: "a team takes its own roles over"
  },
  {
    file: "decide/updateRole.ts",
    find: "depthOf(roleForest, changes.reports_to) + heightOf(roleForest, role_id)",
    replace: "depthOf(roleForest, changes.reports_to) + 1",
    why: "reporting lines get too long"
  },
  {
    file: "decide/updateRole.ts",
    find: "changes.cleared.includes(field) ? null :",
    replace: "",
    why: "a role cannot leave its department for a team elsewhere in one go"
  },
  {
    file: "decide/deprecateRole.ts",
    find: "reports.length + heads.length + leads.length > 0",
    replace: "reports.length + heads.length > 0",
    why: "a deprecated role leads a team"
  },
  {
    file: "decide/deprecateRole.ts",
    find: "reports.filter((id) => id !== replacement_role_id)",
    replace: "reports",
    why: "a replacement is said to report to itself"
  },
  {
    file: "decide/deprecateRole.ts",
    find: "rises || reports.length === 0 ? 0 :",
    replace: "reports.length === 0 ? 0 :",
    why: "a replacement from below is refused for its depth"
  },
  {
    file: "decide/removeFacility.ts",
    find: "if (isWithin(forest, transfer_children_to, facility_id))",
    replace: "if (transfer_children_to === facility_id)",
    why: "facilities move inside themselves"
  },
  {
    file: "decide/addChildOrganization.ts",
    find: "if (HashMap.has(state.children, child_organization_id)) return noChange",
    replace: "",
    why: "a child is added twice"
  },
  {
    file: "decide/decide.ts",
    find: " && asksFor(command, recorded.events)",
    replace: "",
    why: "another change of status under the same id is a repetition"
  },
  {
    file: "decide/decide.ts",
    find: "command.status === to && !reasoned",
    replace: "command.status === to",
    why: "an update repeats a change that had a reason"
  },
  {
    file: "decide/statusTransitions.ts",
    find: "Inactive: [\"Active\"]",
    replace: "Inactive: [\"Active\", \"Suspended\"]",
    why: "inactive organizations can be suspended"
  },
  {
    file: "decide/changeOrganizationStatus.ts",
    find: "from === \"Suspended\" || to === \"Suspended\"",
    replace: "to === \"Suspended\"",
    why: "a suspension ends without a reason"
  },
  {
    file: "decide/changeOrganizationStatus.ts",
    find: "if (from === to) return noChange",
    replace: "",
    why: "a status cannot stay"
  },
  {
    file: "decide/updateOrganization.ts",
    find: "return changed.length === 0\n      ? changeStatus",
    replace: "return changed.length >= 0\n      ? changeStatus",
    why: "changes beside a status are lost"
  },
  {
    file: "decide/updateOrganization.ts",
    find: "clearedFields(root, [\"description\", \"founded_date\"]",
    replace: "clearedFields(root, [\"description\"]",
    why: "the foundation cannot be cleared"
  },
  {
    file: "decide/dissolveOrganization.ts",
    find: "if (outOfRange !== null) return rejected(outOfRange)",
    replace: "",
    why: "an organization ends on any day"
  },
  {
    file: "decide/dissolveOrganization.ts",
    find: "!HashMap.isEmpty(state.children)",
    replace: "HashMap.size(state.children) > 1",
    why: "an organization leaves a child behind"
  },
  {
    file: "decide/updateFacility.ts",
    find: "depthOf(facilityForest, changes.parent_facility_id) + heightOf(facilityForest, facility_id)",
    replace: "depthOf(facilityForest, changes.parent_facility_id) + 1",
    why: "what is inside a facility goes too deep"
  },
  {
    file: "decide/updateFacility.ts",
    find: "codeInUse(\"Facility\", facilityCodes, changes.code, facility_id) ??",
    replace: "",
    why: "two facilities have one code"
  },
  {
    file: "decide/effectiveDateOutOfRange.ts",
    find: "date >= founded",
    replace: "date > founded",
    why: "nothing can happen on the day of the foundation"
  },
  {
    file: "decide/effectiveDateOutOfRange.ts",
    find: "date <= max",
    replace: "date < max",
    why: "the tolerance is a little less than it is"
  },
  {
    file: "decide/removeFacility.ts",
    find: "!.status === \"Closed\"",
    replace: "!.status === \"Inactive\"",
    why: "facilities move into a closed one"
  }
]
