import { Organization } from "@cim-domain/organization"
import { Service } from "@cim-domain/service"
import { options } from "./organizationService.ts"

Service.runMain(Organization, options)
