import { type CommandFields, type CommandType, encodeCommand, makeCommand } from "@cim-domain/organization"
import { Result } from "effect"
import { stateAfter } from "./stateAfter.ts"

const id = (end: string) => `0198c0de-0000-7000-8000-${end.padStart(12, "0")}`
const organization_id = id("1")
const [engineering, platform, finance] = [id("d1"), id("d2"), id("d3")]
const [backend, council] = [id("7e1"), id("7e2")]
const [ceo, cto, lead, engineer, accountant, delegate] = [1, 2, 3, 4, 5, 6].map((n) => id(`a0${n}`)) as [
  string,
  string,
  string,
  string,
  string,
  string
]
const [headquarters, computing, depot] = [id("f1"), id("f2"), id("f3")]

const lines: Array<string> = []
const send = <Type extends CommandType>(type: Type, fields: CommandFields<Type>) => {
  const commandId = `0198c0de-1000-7000-8000-${String(lines.length).padStart(12, "0")}`
  lines.push(encodeCommand(Result.getOrThrow(makeCommand(type, commandId, fields))))
}

send("CreateOrganization", {
  organization_id,
  name: "Acme Corporation",
  display_name: "Acme",
  organization_type: "LLC",
  founded_date: "1694-07-27"
})
send("CreateDepartment", { organization_id, department_id: engineering, name: "Engineering", code: "ENG" })
send("CreateDepartment", {
  organization_id,
  department_id: platform,
  name: "Platform, tools, and everything else that the other departments need to work",
  code: "PLT",
  parent_department_id: engineering
})
send("CreateDepartment", { organization_id, department_id: finance, name: "Finance", code: "FIN" })
send("CreateTeam", {
  organization_id,
  team_id: backend,
  name: "Backend",
  team_type: "Permanent",
  department_id: platform
})
send("CreateTeam", { organization_id, team_id: council, name: "Works Council", team_type: "SelfManaged" })
const role_type = "Technical"
send("CreateRole", { organization_id, role_id: ceo, title: "Chief Executive", code: "CEO", role_type: "Executive" })
send("CreateRole", {
  organization_id,
  role_id: cto,
  title: "Technology Officer",
  code: "R-10",
  role_type,
  department_id: engineering,
  reports_to: ceo
})
send("CreateRole", {
  organization_id,
  role_id: lead,
  title: "Lead",
  code: "R-9",
  role_type,
  team_id: backend,
  reports_to: cto
})
send("CreateRole", {
  organization_id,
  role_id: engineer,
  title: "Engineer",
  code: "R-2",
  role_type,
  team_id: backend,
  department_id: platform,
  reports_to: lead
})
send("CreateRole", {
  organization_id,
  role_id: accountant,
  title: "Accountant",
  code: "R-3",
  role_type,
  department_id: finance
})
send("CreateRole", {
  organization_id,
  role_id: delegate,
  title: "Delegate",
  code: "R-4",
  role_type,
  team_id: council,
  department_id: finance,
  reports_to: accountant,
  dotted_line_to: [ceo],
  metadata: { fte: 0.5, place: "Zürich" }
})
send("UpdateDepartment", { organization_id, department_id: engineering, head_role_id: cto, status: "Restructuring" })
send("UpdateTeam", { organization_id, team_id: backend, lead_role_id: lead, status: "Active" })
send("UpdateRole", { organization_id, role_id: engineer, status: "Vacant" })
const facility_type = "Office"
send("CreateFacility", {
  organization_id,
  facility_id: headquarters,
  name: "Headquarters",
  code: "HQ",
  facility_type,
  capacity: 400
})
send("CreateFacility", {
  organization_id,
  facility_id: computing,
  name: "Computing Centre",
  code: "HQ-DC",
  facility_type: { Other: "Bunker" },
  parent_facility_id: headquarters
})
send("CreateFacility", { organization_id, facility_id: depot, name: "Depot", code: "DEP", facility_type: "Warehouse" })
send("UpdateFacility", { organization_id, facility_id: headquarters, status: "Renovating" })
send("AddChildOrganization", {
  parent_organization_id: organization_id,
  child_organization_id: id("2"),
  child_name: "Acme Labs",
  child_type: "LLC"
})
const before = lines.length
send("RemoveFacility", { organization_id, facility_id: depot, reason: "Lease ended" })
send("DissolveDepartment", { organization_id, department_id: finance, reason: "Outsourced", transfer_to: engineering })
send("DeprecateRole", {
  organization_id,
  role_id: lead,
  reason: "Flatter",
  replacement_role_id: engineer,
  effective_date: "2025-08-19T00:00:00Z"
})

/** A company with one of everything, and the same after something of it has ended. */
export const smallCompany = {
  whole: stateAfter(organization_id, lines.slice(0, before)),
  reduced: stateAfter(organization_id, lines),
  engineerId: engineer
} as const
