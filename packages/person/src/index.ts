/** The person domain, for its service, its clients and other domains. */
export { AssignmentId, OrganizationId, Person, PersonId, RoleId } from "./Person.ts"
