import { Service } from "@cim-domain/service"
import { Person } from "./Person.ts"

Service.runMain(Person)
