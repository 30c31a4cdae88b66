import { makeReplica as makeReplicaOf, type ReplicaOptions } from "@cim-domain/commands/replica/Replica"
import { Organization } from "@cim-domain/organization"
import { answerToArguments as answerOf } from "@cim-domain/service/answerToArguments"
import { brokerStores as storesOf, connectedStores as connectedStoresOf } from "@cim-domain/service/brokerStores"
import { serve as serveProgram } from "@cim-domain/service/serve"
import { readSettings as readSettingsOf, type Settings, variablesOf } from "@cim-domain/service/Settings"
import { organizationService } from "../src/organizationService.ts"

// The parts of a replica, for the service of organizations.

export const readSettings = readSettingsOf(organizationService)
export const variables = { ...variablesOf(organizationService), ...organizationService.limits }
export const serve = (settings: Settings) => serveProgram(organizationService, settings)
export const brokerStores = (settings: Settings) => storesOf(organizationService, settings)
export const connectedStores = (settings: Settings) => connectedStoresOf(Organization.subjects, settings)
export const answerToArguments = (given: ReadonlyArray<string>) => answerOf(organizationService, given)
export const makeReplica = ({ limits, ...settings }: ReplicaOptions<object>) =>
  makeReplicaOf(Organization, { ...settings, limits: { ...Organization.limits, ...limits } })
