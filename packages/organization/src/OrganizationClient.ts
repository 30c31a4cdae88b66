import * as Client from "@cim-domain/commands/client/Client"
import type { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { Context, type Effect, Layer } from "effect"
import { Organization } from "./Organization.ts"

/** How a client is to go about it. */
export type ClientOptions = NonNullable<Parameters<typeof Client.make>[1]>

const make = (options: ClientOptions) => Client.make(Organization, options)

/** Sends commands to the service of organizations; see `Client.make`. */
export class OrganizationClient extends Context.Service<
  OrganizationClient,
  Effect.Success<ReturnType<typeof make>>
>()("@cim-domain/organization/OrganizationClient") {
  /** A client on a transport. */
  static readonly layer = (
    options: ClientOptions = {}
  ): Layer.Layer<OrganizationClient, never, CommandTransport> => Layer.effect(OrganizationClient, make(options))
}
