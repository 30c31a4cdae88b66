/** A deliberate fault: in `file` (below `src`), the one place that reads `find` reads `replace` instead. */
export interface Mutant {
  readonly file: string
  readonly find: string
  readonly replace: string
  /** What goes wrong with it. */
  readonly why: string
}

/** Faults of which the tests must notice every single one. */
export const mutants: ReadonlyArray<Mutant> = [
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
    find: "Equal.equals(current, wanted) ? null : wanted",
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
    file: "state/UnitIndex.ts",
    find: "code.toLowerCase()",
    replace: "code",
    why: "codes differ by case"
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
    find: "if (wayUp(forest, transfer_to, department_id) !== null)",
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
    find: "if (wayUp(forest, transfer_children_to, facility_id) !== null)",
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
    file: "evolve/evolve.ts",
    find: "updated_at: later(state.updated_at, event.occurred_at)",
    replace: "updated_at: event.occurred_at",
    why: "an old event moves the time back"
  },
  {
    file: "evolve/evolve.ts",
    find: "streamOf(event) === state.id ?",
    replace: "event.event_id !== \"\" ?",
    why: "events of other organizations apply"
  },
  {
    file: "evolve/changes.ts",
    find: "wanted === retired",
    replace: "wanted === null",
    why: "an update retires a unit"
  },
  {
    file: "evolve/changes.ts",
    find: "Object.fromEntries(cleared.map((field) => [field, null]))",
    replace: "{}",
    why: "nothing becomes empty"
  },
  {
    file: "evolve/evolveDepartments.ts",
    find: "const parent = restructure_type === \"Split\"",
    replace: "const parent = restructure_type === \"Promotion\"",
    why: "promotions do not move"
  },
  {
    file: "evolve/evolveDepartments.ts",
    find: "head_role_id: null, status: \"Dissolved\"",
    replace: "status: \"Dissolved\"",
    why: "a dissolved department keeps its head"
  },
  {
    file: "evolve/evolveDepartments.ts",
    find: " && wayUp(units.index.departmentForest, id, department.id) === null",
    replace: "",
    why: "foreign events close circles of departments"
  },
  {
    file: "evolve/evolveTeams.ts",
    find: "department_id: role.department_id === null ? null : department",
    replace: "department_id: role.department_id",
    why: "roles do not follow into the department of their next team"
  },
  {
    file: "evolve/evolveTeams.ts",
    find: "role.department_id ?? from.department_id",
    replace: "role.department_id",
    why: "roles of a disbanded team lose their department"
  },
  {
    file: "evolve/evolveRoles.ts",
    find: "let next = rises ?",
    replace: "let next = rises && successor === null ?",
    why: "a replacement from below closes a circle"
  },
  {
    file: "evolve/evolveRoles.ts",
    find: "reports_to: successor ?? role.reports_to",
    replace: "reports_to: successor",
    why: "reports of a role without replacement lose their manager"
  },
  {
    file: "evolve/evolveRoles.ts",
    find: "(id) => fits.role(id) && wayUp(units.index.roleForest, id, role.id) === null",
    replace: "(id) => fits.role(id)",
    why: "foreign events close circles of roles"
  },
  {
    file: "evolve/evolveFacilities.ts",
    find: "const wanted = reparented === null ? otherwise : reparented.to",
    replace: "const wanted = reparented?.to ?? otherwise",
    why: "children do not get to the top level"
  },
  {
    file: "evolve/evolveMerger.ts",
    find: "if (isTerminal(organization.status)) return",
    replace: "if (organization.status === \"Merged\") return",
    why: "a dissolved organization is merged"
  },
  {
    file: "evolve/evolveRoot.ts",
    find: "status !== null && status !== root.status && isTerminal(root.status)",
    replace: "status === null && isTerminal(root.status)",
    why: "an update leads out of a terminal status"
  },
  {
    file: "state/Forest.ts",
    find: "at = Option.getOrUndefined(HashMap.get(parents, at))",
    replace: "at = undefined",
    why: "heights are not passed on"
  },
  {
    file: "state/Forest.ts",
    find: "known + change === 0 ?",
    replace: "known + change < 0 ?",
    why: "heights of branches that left are remembered"
  },
  {
    file: "state/Relation.ts",
    find: "HashSet.isEmpty(left) ?",
    replace: "HashSet.size(left) < 0 ?",
    why: "empty entries stay in the index"
  },
  {
    file: "state/RecentCommands.ts",
    find: "next - 1 - recentCommandsMax))\n  return",
    replace: "next - recentCommandsMax))\n  return",
    why: "one command too few is remembered"
  },
  {
    file: "state/putRole.ts",
    find: "before?.team_id ?? null, after?.team_id ?? null",
    replace: "null, after?.team_id ?? null",
    why: "teams count roles that left"
  },
  {
    file: "state/putFacility.ts",
    find: "HashSet.add(units.removed_facility_ids, id)",
    replace: "units.removed_facility_ids",
    why: "ids of removed facilities are forgotten"
  },
  {
    file: "OrganizationStateCodec.ts",
    find: "roles: inOrder(state.roles)",
    replace: "roles: inOrder(state.roles).filter(({ status }) => status !== \"Deprecated\")",
    why: "snapshots forget retired roles"
  },
  {
    file: "OrganizationStateCodec.ts",
    find: "a < b ? -1 : 1",
    replace: "a < b ? 1 : -1",
    why: "snapshots are in another order"
  },
  {
    file: "events/upcast.ts",
    find: "RoleDeprecated: { repointed: null }",
    replace: "RoleDeprecated: { repointed: { report_role_ids: [] } }",
    why: "old deprecations claim that nothing moved"
  },
  {
    file: "events/upcast.ts",
    find: "initial_status: \"Active\"",
    replace: "initial_status: \"Pending\"",
    why: "old organizations begin pending"
  },
  {
    file: "OrganizationEventCodec.ts",
    find: "version === null || version > currentSchemaVersion ||",
    replace: "version === null ||",
    why: "events of newer versions are read as if they were known"
  },
  {
    file: "OrganizationEvent.ts",
    find: "identity.message_id === (event_id as string) ? identity.causation_id : identity.message_id",
    replace: "identity.causation_id",
    why: "commands in old events are not found"
  },
  {
    file: "values/Metadata.ts",
    find: "depth > depthMax",
    replace: "depth > 10 * depthMax",
    why: "metadata nests without bound"
  },
  {
    file: "values/Text.ts",
    find: "raw.normalize(\"NFC\").trim()),\n      encode",
    replace: "raw.trim()),\n      encode",
    why: "equal texts are different"
  },
  {
    file: "commands/clearable.ts",
    find: "update[name as keyof typeof update] !== null",
    replace: "update[name as keyof typeof update] === undefined",
    why: "a field is both set and emptied"
  },
  {
    file: "Timestamp.ts",
    find: "match[8] === \"-\" ? 1 : -1",
    replace: "match[8] === \"-\" ? -1 : 1",
    why: "offsets go the wrong way"
  }
]
