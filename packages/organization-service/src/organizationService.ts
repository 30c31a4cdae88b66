import { Organization } from "@cim-domain/organization"
import { makeProgram, type ServiceOptions, variable, whole } from "@cim-domain/service"

/** What only this service has: its words, and the limit that operators may choose. */
export const options: ServiceOptions = {
  version: "0.1.0",
  about: "Takes commands about organizations from NATS, decides on them, stores the events, and answers.",
  limits: {
    organizationBytes: variable({
      name: "ORGANIZATION_BYTES",
      about: "Bytes that one organization may grow to; what would make it larger is answered LIMIT_EXCEEDED",
      fallback: "8388608",
      ...whole(65_536, 1_000_000_000)
    })
  }
}

/** The service of organizations as a program. */
export const organizationService = makeProgram(Organization, options)
