import { choice } from "@cim-domain/commands/fields/choice"

/** Where a department is in its life. */
export const DepartmentStatus = choice(["Active", "Inactive", "Restructuring", "Dissolved"])
export type DepartmentStatus = typeof DepartmentStatus.Type

/** What a restructuring does to a department. */
export const RestructureType = choice(["Promotion", "Demotion", "Transfer", "Split", "Merge"])
export type RestructureType = typeof RestructureType.Type

/** The fields that an update may empty. */
export const clearableOfDepartment = ["description", "head_role_id"] as const
