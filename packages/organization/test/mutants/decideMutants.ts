import type { Mutant } from "./Mutant.ts"

/** Faults in what an organization says to commands. */
export const decideMutants: ReadonlyArray<Mutant> = [
  {
    file: "commands/src/definition/makeDecide.ts",
    find: "gated(state, command, context) ?? versionConflict(errors, state, command)",
    replace: "gated(state, command, context)",
    why: "expected versions are not looked at"
  },
  {
    file: "commands/src/definition/makeDecide.ts",
    find: "unreadable(errors, state) ?? repetition(state, command, found)",
    replace: "unreadable(errors, state)",
    why: "commands take effect twice"
  },
  {
    file: "commands/src/definition/makeDecide.ts",
    find: "unreadable(errors, state) ?? repetition",
    replace: "repetition",
    why: "commands are decided on histories that are not understood"
  },
  {
    file: "organization/src/decide.ts",
    find: "if (isTerminal(status)) return",
    replace: "if (status === \"Merged\") return",
    why: "dissolved organizations say the wrong thing"
  },
  {
    file: "organization/src/team/updateTeam.ts",
    find: "gate: unlessSuspended",
    replace: "gate: [\"Pending\", \"Active\", \"Inactive\", \"Suspended\"]",
    why: "teams change while their organization is suspended"
  },
  {
    file: "commands/src/definition/completeEvent.ts",
    find: "state.updated_at > now ? state.updated_at : now",
    replace: "state.updated_at > now ? now : now",
    why: "time runs backwards"
  },
  {
    file: "commands/src/definition/completeEvent.ts",
    find: "causation_id: command.identity.message_id",
    replace: "causation_id: command.identity.causation_id",
    why: "events are not caused by their command"
  },
  {
    file: "organization/src/updates/changesOf.ts",
    find: " && record[name as never] !== null",
    replace: "",
    why: "empty fields are emptied again"
  },
  {
    file: "organization/src/updates/changesOf.ts",
    find: "isSameJson(current, wanted) ? null : wanted",
    replace: "current === wanted ? null : wanted",
    why: "equal lists count as changes"
  },
  {
    file: "organization/src/units/unavailable.ts",
    find: "return isRetired(kind, { status })",
    replace: "return status === \"Removed\"",
    why: "retired units are referred to"
  },
  {
    file: "organization/src/units/unavailable.ts",
    find: "return status === \"Closed\"",
    replace: "return status === \"Inactive\"",
    why: "closed facilities take others in"
  },
  {
    file: "organization/src/units/unavailable.ts",
    find: "statusOfUnit(units, kind, id) === undefined ? null",
    replace: "statusOfUnit(units, kind, id) !== \"Active\" ? null",
    why: "retired ids are used again"
  },
  {
    file: "organization/src/units/codeInUse.ts",
    find: ".find((id) => id !== own)",
    replace: ".find(() => true)",
    why: "a unit cannot change the case of its own code"
  },
  {
    file: "organization/src/units/freeCode.ts",
    find: "codes.has(codeKey(code))",
    replace: "codes.has(code)",
    why: "a derived code is taken in another case"
  },
  {
    file: "organization/src/units/freeCode.ts",
    find: "let number = 2;",
    replace: "let number = 1;",
    why: "derived codes are counted from one"
  },
  {
    file: "organization/src/units/circularReference.ts",
    find: "way === null ? null :",
    replace: "way === null || way.length > 2 ? null :",
    why: "long circles close"
  },
  {
    file: "organization/src/limits/exceeded.ts",
    find: "actual > max",
    replace: "actual > max + 1",
    why: "limits are off by one"
  },
  {
    file: "organization/src/limits/exceeded.ts",
    find: "actual > max",
    replace: "actual >= max",
    why: "the last place is never taken"
  },
  {
    file: "organization/src/department/createDepartment.ts",
    find: "depthOf(departmentForest, parent_department_id) + 1",
    replace: "depthOf(departmentForest, parent_department_id)",
    why: "departments get one level too deep"
  },
  {
    file: "organization/src/department/createDepartment.ts",
    find: "liveDepartments + 1",
    replace: "1",
    why: "departments are not counted"
  },
  {
    file: "organization/src/team/createTeam.ts",
    find: "      unavailable(state, \"Department\", department_id) ??\n".trim(),
    replace: "",
    why: "teams are in departments that do not exist"
  },
  {
    file: "organization/src/role/createRole.ts",
    find: "departmentMismatch(state, team_id, department_id) ??",
    replace: "",
    why: "roles are in another department than their team"
  },
  {
    file: "organization/src/role/createRole.ts",
    find: "unavailableAmong(state, \"Role\", dotted_line_to) ??",
    replace: "",
    why: "dotted lines lead to roles that do not exist"
  },
  {
    file: "organization/src/role/updateRole.ts",
    find: "dottedToItself(role_id, changes.dotted_line_to) ??",
    replace: "",
    why: "a dotted line leads to its own role"
  },
  {
    file: "organization/src/role/createRole.ts",
    find: "status: command.status",
    replace: "status: \"Active\"",
    why: "no role begins vacant"
  },
  {
    file: "organization/src/role/deprecateRole.ts",
    find: "dotted_role_ids: dotted",
    replace: "dotted_role_ids: []",
    why: "nobody is told whose dotted lines changed"
  },
  {
    file: "organization/src/department/createDepartment.ts",
    find: "unavailable(state, \"Role\", head_role_id) ??",
    replace: "",
    why: "departments begin under a head who is not there"
  },
  {
    file: "organization/src/team/createTeam.ts",
    find: "unavailable(state, \"Role\", lead_role_id) ??",
    replace: "",
    why: "teams begin under a lead who is not there"
  },
  {
    file: "organization/src/department/restructureDepartment.ts",
    find: "reason: command.reason",
    replace: "reason: null",
    why: "the reason of a restructuring is lost"
  },
  {
    file: "organization/src/facility/createFacility.ts",
    find: "HashMap.size(state.facilities) + 1",
    replace: "HashMap.size(state.facilities)",
    why: "one facility too many"
  },
  {
    file: "organization/src/department/updateDepartment.ts",
    find: "if (changes.status === \"Dissolved\")",
    replace: "if (changes.status === \"Inactive\")",
    why: "an update dissolves"
  },
  {
    file: "organization/src/department/restructureDepartment.ts",
    find: "depthOf(forest, target) + heightOf(forest, department_id)",
    replace: "depthOf(forest, target) + 1",
    why: "subtrees move below the deepest level"
  },
  {
    file: "organization/src/department/restructureDepartment.ts",
    find: "to >= from",
    replace: "to > from",
    why: "a promotion to the same level passes"
  },
  {
    file: "organization/src/department/restructureDepartment.ts",
    find: "to <= from",
    replace: "to < from",
    why: "a demotion to the same level passes"
  },
  {
    file: "organization/src/department/restructureDepartment.ts",
    find: "(!marks || status === \"Restructuring\")",
    replace: "(!marks || status !== \"Active\")",
    why: "an inactive department cannot be split"
  },
  {
    file: "organization/src/department/dissolveDepartment.ts",
    find: "departments.length + teams.length + roles.length > 0",
    replace: "departments.length + teams.length > 0",
    why: "roles are left in a dissolved department"
  },
  {
    file: "organization/src/department/dissolveDepartment.ts",
    find: "if (isWithin(forest, transfer_to, department_id))",
    replace: "if (transfer_to === department_id)",
    why: "contents move below themselves"
  },
  {
    file: "organization/src/department/dissolveDepartment.ts",
    find: "heightOf(forest, department_id) - 1",
    replace: "heightOf(forest, department_id)",
    why: "a transfer that fits is refused"
  },
  {
    file: "organization/src/team/updateTeam.ts",
    find: "  Disbanding: [\"Active\"],",
    replace: "  Disbanding: [\"Active\", \"OnHold\"],",
    why: "a team that is ending is put on hold"
  },
  {
    file: "organization/src/team/updateTeam.ts",
    find: "rolesOutside(state, team_id, changes.department_id)",
    replace: "[]",
    why: "roles that follow their team are not recorded"
  },
  {
    file: "organization/src/team/disbandTeam.ts",
    find: "if (members_transfer_to === team_id)",
    replace: "if (members_transfer_to === null)",
    why: "a team takes its own roles over"
  },
  {
    file: "organization/src/role/updateRole.ts",
    find: "depthOf(roleForest, changes.reports_to) + heightOf(roleForest, role_id)",
    replace: "depthOf(roleForest, changes.reports_to) + 1",
    why: "reporting lines get too long"
  },
  {
    file: "organization/src/role/updateRole.ts",
    find: "changes.cleared.includes(field) ? null :",
    replace: "",
    why: "a role cannot leave its department for a team elsewhere in one go"
  },
  {
    file: "organization/src/role/deprecateRole.ts",
    find: "reports.length + heads.length + leads.length > 0",
    replace: "reports.length + heads.length > 0",
    why: "a deprecated role leads a team"
  },
  {
    file: "organization/src/role/deprecateRole.ts",
    find: "reports.filter((id) => id !== replacement_role_id)",
    replace: "reports",
    why: "a replacement is said to report to itself"
  },
  {
    file: "organization/src/role/deprecateRole.ts",
    find: "rises || reports.length === 0 ? 0 :",
    replace: "reports.length === 0 ? 0 :",
    why: "a replacement from below is refused for its depth"
  },
  {
    file: "organization/src/facility/removeFacility.ts",
    find: "if (isWithin(forest, transfer_children_to, facility_id))",
    replace: "if (transfer_children_to === facility_id)",
    why: "facilities move inside themselves"
  },
  {
    file: "organization/src/hierarchy/addChildOrganization.ts",
    find: "if (HashMap.has(state.children, child_organization_id)) return noChange",
    replace: "",
    why: "a child is added twice"
  },
  {
    file: "commands/src/definition/makeRepetition.ts",
    find: "digest === null || digest === digestOf(commands.byType.get(type)!, command)",
    replace: "digest !== \"\"",
    why: "a command id means whatever is sent under it"
  },
  {
    file: "commands/src/definition/makeRepetition.ts",
    find: "if (type !== command.command_type) return conflict(type, \"type\")\n",
    replace: "\n",
    why: "the type of a repeated command is not looked at"
  },
  {
    file: "organization/src/organization/statusTransitions.ts",
    find: "Inactive: [\"Active\"]",
    replace: "Inactive: [\"Active\", \"Suspended\"]",
    why: "inactive organizations can be suspended"
  },
  {
    file: "organization/src/organization/changeOrganizationStatus.ts",
    find: "from === \"Suspended\" || to === \"Suspended\"",
    replace: "to === \"Suspended\"",
    why: "a suspension ends without a reason"
  },
  {
    file: "organization/src/organization/changeOrganizationStatus.ts",
    find: "if (from === to) return noChange",
    replace: "",
    why: "a status cannot stay"
  },
  {
    file: "organization/src/organization/updateOrganization.ts",
    find: "return changed.length === 0\n      ? changeStatus",
    replace: "return changed.length >= 0\n      ? changeStatus",
    why: "changes beside a status are lost"
  },
  {
    file: "organization/src/updates/changesOf.ts",
    find: "command.clear.includes(name)",
    replace: "command.clear.includes(name) && name !== \"founded_date\"",
    why: "the foundation cannot be cleared"
  },
  {
    file: "organization/src/organization/dissolveOrganization.ts",
    find: "if (outOfRange !== null) return rejected(outOfRange)",
    replace: "",
    why: "an organization ends on any day"
  },
  {
    file: "organization/src/organization/dissolveOrganization.ts",
    find: "!HashMap.isEmpty(state.children)",
    replace: "HashMap.size(state.children) > 1",
    why: "an organization leaves a child behind"
  },
  {
    file: "organization/src/facility/updateFacility.ts",
    find: "depthOf(facilityForest, changes.parent_facility_id) + heightOf(facilityForest, facility_id)",
    replace: "depthOf(facilityForest, changes.parent_facility_id) + 1",
    why: "what is inside a facility goes too deep"
  },
  {
    file: "organization/src/facility/updateFacility.ts",
    find: "codeInUse(\"Facility\", facilityCodes, changes.code, facility_id) ??",
    replace: "",
    why: "two facilities have one code"
  },
  {
    file: "organization/src/organization/effectiveDateOutOfRange.ts",
    find: "date >= founded",
    replace: "date > founded",
    why: "nothing can happen on the day of the foundation"
  },
  {
    file: "organization/src/organization/effectiveDateOutOfRange.ts",
    find: "date <= max",
    replace: "date < max",
    why: "the tolerance is a little less than it is"
  },
  {
    file: "organization/src/facility/removeFacility.ts",
    find: "!.status === \"Closed\"",
    replace: "!.status === \"Inactive\"",
    why: "facilities move into a closed one"
  }
]
