import { NatsCommandTransport, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { OrganizationClient, OrganizationId } from "@cim-domain/organization"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Layer, Result } from "effect"

const foundCompany = Effect.gen(function*() {
  const { submit } = yield* OrganizationClient
  const { aggregate_id } = yield* submit("CreateOrganization", { name: "Acme Labs", organization_type: "LLC" })
  const organization_id = OrganizationId.make(aggregate_id!)
  yield* submit("CreateDepartment", { organization_id, name: "Research", code: "RES" })
  yield* Console.log(`founded ${aggregate_id}`)
}).pipe(Effect.catchTags({
  CommandRefused: ({ failure }) => Console.error(`no, because of ${failure._tag}: ${failure.message}`),
  CommandUnsettled: ({ commandId, message }) => Console.error(`${message}; to find out, send ${commandId} again`)
}))

const url = Result.getOrThrow(parseNatsUrl(process.env["NATS_URL"] ?? "nats://localhost:4222"))
const client = OrganizationClient.layer({ deadline: "30 seconds" }).pipe(
  Layer.provide(NatsCommandTransport.layer),
  Layer.provide(NatsConnection.layer({ url, name: "example" }))
)
NodeRuntime.runMain(Effect.provide(foundCompany, client))
