/** A type as a token of a subject: `RoleAssigned` is `role_assigned`. */
export const snakeCase = (type: string): string => type.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase()
