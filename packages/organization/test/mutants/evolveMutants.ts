import type { Mutant } from "./Mutant.ts"

/** Faults in what events do, in the state, and in how commands, events and states are read and written. */
export const evolveMutants: ReadonlyArray<Mutant> = [
  {
    file: "commands/src/fields/Code.ts",
    find: "if (ascii.test(code) || code.length > keyedMax) return code.toLowerCase()",
    replace: "if (ascii.test(code) || code.length > keyedMax) return code",
    why: "codes differ by case"
  },
  {
    file: "commands/src/fields/Code.ts",
    find: "code.normalize(\"NFKC\").toLowerCase()",
    replace: "code.toLowerCase()",
    why: "codes differ by width"
  },
  {
    file: "commands/src/definition/makeEvolve.ts",
    find: "updated_at: later(state.updated_at, event.occurred_at)",
    replace: "updated_at: event.occurred_at",
    why: "an old event moves the time back"
  },
  {
    file: "commands/src/definition/makeEvolve.ts",
    find: "known.aggregateIdOf(event) === state.id",
    replace: "state.id !== \"\"",
    why: "events of other organizations apply"
  },
  {
    file: "organization/src/units/fitting.ts",
    find: "wanted !== null && isRetired(kind, { status: wanted })",
    replace: "wanted === null",
    why: "an update retires a unit"
  },
  {
    file: "organization/src/updates/withChanges.ts",
    find: "for (const field of changes.cleared) next[field] = null",
    replace: "",
    why: "nothing becomes empty"
  },
  {
    file: "organization/src/department/DepartmentRestructured.ts",
    find: "const parent = restructure_type === \"Split\"",
    replace: "const parent = restructure_type === \"Promotion\"",
    why: "promotions do not move"
  },
  {
    file: "organization/src/department/DepartmentDissolved.ts",
    find: "head_role_id: null, status: \"Dissolved\"",
    replace: "status: \"Dissolved\"",
    why: "a dissolved department keeps its head"
  },
  {
    file: "organization/src/department/DepartmentRestructured.ts",
    find: "fitsAbove(state, \"Department\", department_id)",
    replace: "fitsAbove(state, \"Department\", \"\")",
    why: "foreign events close circles of departments"
  },
  {
    file: "organization/src/team/TeamDisbanded.ts",
    find: "department_id: role.department_id === null ? null : department",
    replace: "department_id: role.department_id",
    why: "roles do not follow into the department of their next team"
  },
  {
    file: "organization/src/team/TeamDisbanded.ts",
    find: "role.department_id ?? from.department_id",
    replace: "role.department_id",
    why: "roles of a disbanded team lose their department"
  },
  {
    file: "organization/src/role/RoleDeprecated.ts",
    find: "let next = rises ?",
    replace: "let next = rises && successor === null ?",
    why: "a replacement from below closes a circle"
  },
  {
    file: "organization/src/role/RoleDeprecated.ts",
    find: "reports_to: successor ?? role.reports_to",
    replace: "reports_to: successor",
    why: "reports of a role without replacement lose their manager"
  },
  {
    file: "organization/src/role/RoleDeprecated.ts",
    find: "to === null || to === id || dotted_line_to.includes(to)",
    replace: "to === null || dotted_line_to.includes(to)",
    why: "a replacement gets a dotted line to itself"
  },
  {
    file: "organization/src/role/RoleDeprecated.ts",
    find: " || dotted_line_to.includes(to)",
    replace: "",
    why: "a dotted line leads to the replacement twice"
  },
  {
    file: "organization/src/role/RoleUpdated.ts",
    find: "const isOther = (id: RoleId) => id !== role_id && isLive",
    replace: "const isOther = (id: RoleId) => isLive",
    why: "foreign events lead dotted lines to their own role"
  },
  {
    file: "organization/src/units/fitting.ts",
    find: "[...new Set(wanted)].filter(fits)",
    replace: "wanted.filter(fits)",
    why: "foreign events lead dotted lines to one role twice"
  },
  {
    file: "organization/src/units/Relation.ts",
    find: "if (!after.has(key)) next = unlink(next, id, key)",
    replace: "if (after.has(key)) next = unlink(next, id, key)",
    why: "dotted lines that ended stay in the index"
  },
  {
    file: "organization/src/department/DepartmentCreated.ts",
    find: "      metadata,\n",
    replace: "      metadata: {},\n",
    why: "metadata of departments are lost"
  },
  {
    file: "organization/src/role/RoleUpdated.ts",
    find: "fitsAbove(state, \"Role\", role_id)",
    replace: "fitsAbove(state, \"Role\", \"\")",
    why: "foreign events close circles of roles"
  },
  {
    file: "organization/src/facility/FacilityRemoved.ts",
    find: "const wanted = reparented === null ? otherwise : reparented.to",
    replace: "const wanted = reparented?.to ?? otherwise",
    why: "children do not get to the top level"
  },
  {
    file: "organization/src/hierarchy/OrganizationMerged.ts",
    find: "if (isTerminal(organization.status)) return",
    replace: "if (organization.status === \"Merged\") return",
    why: "a dissolved organization is merged"
  },
  {
    file: "organization/src/organization/OrganizationUpdated.ts",
    find: "status !== null && status !== root.status && isTerminal(root.status)",
    replace: "status === null && isTerminal(root.status)",
    why: "an update leads out of a terminal status"
  },
  {
    file: "organization/src/units/Forest.ts",
    find: "at = parents.get(at)",
    replace: "at = undefined",
    why: "heights are not passed on"
  },
  {
    file: "organization/src/units/Forest.ts",
    find: "known + change === 0 ?",
    replace: "known + change < 0 ?",
    why: "heights of branches that left are remembered"
  },
  {
    file: "organization/src/units/Relation.ts",
    find: "return ids === id ? undefined : ids",
    replace: "return ids",
    why: "entries of units that left stay in the index"
  },
  {
    file: "commands/src/memory/RecentCommands.ts",
    find: "!goesOn && this.count === recentCommandsMax",
    replace: "!goesOn && this.count > recentCommandsMax",
    why: "one command too few is remembered"
  },
  {
    file: "commands/src/memory/RecentCommands.ts",
    find: "if (at === this.#log.end && ",
    replace: "if (",
    why: "a state that goes on a second time writes over what another remembers"
  },
  {
    file: "commands/src/memory/CommandLog.ts",
    find: "at >= from && at < to && ",
    replace: "at >= from && ",
    why: "a state finds commands that another one remembers"
  },
  {
    file: "organization/src/units/VersionedMap.ts",
    find: "after.#state = { next: version, key, value: map.get(key) }",
    replace: "after.#state = { next: version, key, value }",
    why: "an old version that was asked changes the newer ones"
  },
  {
    file: "organization/src/units/putUnit.ts",
    find: "relink(relation, id, from, to)",
    replace: "relink(relation, id, null, to)",
    why: "teams count roles that left"
  },
  {
    file: "organization/src/facility/FacilityRemoved.ts",
    find: "HashSet.add(state.removed_facility_ids, id)",
    replace: "state.removed_facility_ids",
    why: "ids of removed facilities are forgotten"
  },
  {
    file: "organization/src/storedState.ts",
    find: "roles: inOrder(state.roles)",
    replace: "roles: inOrder(state.roles).filter(({ status }) => status !== \"Deprecated\")",
    why: "snapshots forget retired roles"
  },
  {
    file: "organization/src/storedState.ts",
    find: "a < b ? -1 : 1",
    replace: "a < b ? 1 : -1",
    why: "snapshots are in another order"
  },
  {
    file: "organization/src/role/RoleDeprecated.ts",
    find: "upcast: { 1: adding({ repointed: null }) }",
    replace: "upcast: { 1: adding({}) }",
    why: "old deprecations claim that nothing moved"
  },
  {
    file: "organization/src/organization/OrganizationCreated.ts",
    find: "initial_status: \"Active\"",
    replace: "initial_status: \"Pending\"",
    why: "old organizations begin pending"
  },
  {
    file: "commands/src/history/makeEventCodec.ts",
    find: "opaque(recorded, recorded.type, null, false)",
    replace: "opaque(recorded, recorded.type, null, true)",
    why: "text that is no JSON passes for an event of a newer version"
  },
  {
    file: "commands/src/history/commandIdOf.ts",
    find: "identity.message_id === event_id ? identity.causation_id : identity.message_id",
    replace: "identity.causation_id",
    why: "commands in old events are not found"
  },
  {
    file: "commands/src/fields/readMetadata.ts",
    find: "if (depth > depthMax) {\n      this.problem(tooDeep, [])\n      return read\n    }\n    const names",
    replace: "const names",
    why: "metadata nests without bound"
  },
  {
    file: "commands/src/fields/normalText.ts",
    find: "trimmed.normalize(\"NFC\")",
    replace: "trimmed",
    why: "equal texts are different"
  },
  {
    file: "commands/src/fields/clearable.ts",
    find: "update[name as keyof typeof update] !== null",
    replace: "update[name as keyof typeof update] === undefined",
    why: "a field is both set and emptied"
  },
  {
    file: "commands/src/fields/Timestamp.ts",
    find: "(?:0[1-9]|1\\d|2[0-8])T",
    replace: "(?:0[1-9]|1\\d|2[0-9])T",
    why: "a day that some years do not have is read in every year"
  },
  {
    file: "commands/src/fields/Timestamp.ts",
    find: "match[8] === \"-\" ? 1 : -1",
    replace: "match[8] === \"-\" ? -1 : 1",
    why: "offsets go the wrong way"
  },
  {
    file: "organization/src/hierarchy/ChildOrganizationAdded.ts",
    find: "if (id === state.id) return new Unfit(\"an organization cannot be its own child\")",
    replace: "",
    why: "an organization becomes its own child"
  },
  {
    file: "organization/src/hierarchy/ChildOrganizationAdded.ts",
    find: "if (HashMap.has(state.children, id)) return new Unfit(\"the child is one of this organization already\")",
    replace: "",
    why: "a child is added twice without a note"
  },
  {
    file: "commands/src/definition/makeEvolve.ts",
    find: "facts ?? undefined",
    replace: "undefined",
    why: "nobody knows what a repeated command asked for"
  },
  {
    file: "organization/src/team/TeamFormed.ts",
    find: "creates: \"team_id\"",
    replace: "creates: undefined",
    why: "a repetition does not say which team it created"
  },
  {
    file: "organization/src/units/Forest.ts",
    find: "if (id === top || !forest.children.has(top)) return id === top",
    replace: "if (!forest.children.has(top)) return false",
    why: "a unit without units below it can stand below itself"
  },
  {
    file: "organization/src/units/Forest.ts",
    find: "Math.min(heightMax, 1 + (counts[0]?.[0] ?? 0))",
    replace: "Math.min(depthMax, 1 + (counts[0]?.[0] ?? 0))",
    why: "a chain that is too deep fits at the greatest depth"
  },
  {
    file: "organization/src/units/unitsOf.ts",
    find: "if (circular) return null",
    replace: "",
    why: "circles are read"
  }
]
