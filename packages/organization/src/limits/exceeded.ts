import { limitExceeded } from "@cim-domain/commands/errors/serviceErrors"
import { type OrganizationError } from "../OrganizationError.ts"

/** The error of more than the most there may be of something, else `null`. */
export const exceeded = (limit: string, max: number, actual: number): OrganizationError | null =>
  actual > max ? limitExceeded(limit, max, actual) : null
