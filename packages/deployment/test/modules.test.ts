import { organizationService } from "@cim-domain/organization-service/organizationService"
import { variablesOf } from "@cim-domain/service/Settings"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Nix } from "./Nix.ts"

const isSkipped = Nix.skipped("modules", Nix.obstacle)

const evaluated = (attribute: string) => Nix.evaluate("nix/tests/modules.nix", attribute)

const variables = { ...variablesOf(organizationService), ...organizationService.limits }

/** Everything the service reads. */
const known = new Set(Object.values(variables).map(({ name }) => name))

describe.skipIf(isSkipped)("NixOS", () => {
  it.effect("off is off", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* evaluated("off"), {})
    }))

  it.effect("the defaults of the options reach the service", () =>
    Effect.gen(function*() {
      const { environment, serviceConfig, wantedBy } = yield* evaluated("unit")
      assert.deepStrictEqual(environment, {
        NATS_URL: "nats://10.0.0.41:4222",
        STREAM_NAME: "ORGANIZATION_EVENTS",
        LOG_LEVEL: "info",
        SNAPSHOT_FREQ: "100"
      })
      assert.deepStrictEqual(wantedBy, ["multi-user.target"])
      assert.match(serviceConfig.ExecStart, /^\/nix\/store\/[^/]+\/bin\/organization-service$/)
      assert.deepInclude(serviceConfig, { Type: "notify", NotifyAccess: "all", Restart: "always", LoadCredential: [] })
    }))

  it.effect("secrets are files that systemd hands over; other settings are variables", () =>
    Effect.gen(function*() {
      const { environment, serviceConfig } = yield* evaluated("secrets.nixos")
      const files = {
        NATS_CREDS_FILE: "nats.creds",
        NATS_TLS_CA_FILE: "ca.pem",
        NATS_TLS_CERT_FILE: "client.pem",
        NATS_TLS_KEY_FILE: "client.key",
        OTEL_EXPORTER_OTLP_HEADERS_FILE: "otlp-headers"
      }
      for (const [variable, file] of Object.entries(files)) {
        assert.strictEqual(environment[variable], `%d/${variable}`)
        assert.include(serviceConfig.LoadCredential, `${variable}:/run/secrets/organization-service/${file}`)
      }
      assert.deepInclude(environment, {
        MAX_IN_FLIGHT: "512",
        ACCEPT_LEGACY_SUBJECTS: "false",
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://otel.example.org/base",
        OTEL_RESOURCE_ATTRIBUTES: "a=caf%%C3%%A9,b=1=2"
      })
      const nkey = yield* evaluated("nkey")
      assert.strictEqual(nkey.environment.NATS_NKEY_FILE, "%d/NATS_NKEY_FILE")
      assert.deepStrictEqual(nkey.serviceConfig.LoadCredential, ["NATS_NKEY_FILE:/run/secrets/seed"])
      const token = yield* evaluated("token")
      assert.deepStrictEqual(token.serviceConfig.LoadCredential, ["NATS_TOKEN_FILE:/run/secrets/token"])
      assert.strictEqual(token.environment.NATS_TOKEN_FILE, "%d/NATS_TOKEN_FILE")
      const password = yield* evaluated("password")
      assert.sameMembers(password.serviceConfig.LoadCredential, [
        "NATS_USER_FILE:/run/secrets/user",
        "NATS_PASSWORD_FILE:/run/secrets/password"
      ])
      const leaf = yield* evaluated("leaf")
      assert.deepInclude(leaf, { JETSTREAM_DOMAIN: "hub", NATS_INBOX_PREFIX: "organization.inbox" })
      const names = [environment, token.environment, password.environment, leaf].flatMap(Object.keys)
      for (const name of [...names, "NATS_NKEY_FILE"]) assert.isTrue(known.has(name), name)
    }))

  it.effect("a restart is not given up while the old process may still stop", () =>
    Effect.gen(function*() {
      const { serviceConfig, unitConfig } = yield* evaluated("unit")
      const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1])
      assert.isAbove(seconds(unitConfig.JobRunningTimeoutSec), seconds(serviceConfig.TimeoutStopSec))
      // What the host of a NixOS container gives the container, less a boot.
      assert.isAtMost(seconds(unitConfig.JobRunningTimeoutSec), 45)
    }))

  it.effect("a % in a value is no specifier of systemd", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* evaluated("percent"), "nats://replica:p%%40ss@host")
    }))

  it.effect("every form of address that the service reads is accepted", () =>
    Effect.gen(function*() {
      const urls: ReadonlyArray<string> = yield* evaluated("natsUrls")
      assert.strictEqual(urls.length, 3)
      for (const url of urls) assert.isTrue(Option.isSome(variables.natsUrl.parse(url)), url)
      const collectors: ReadonlyArray<string> = yield* evaluated("collectors")
      assert.strictEqual(collectors.length, 3)
      for (const url of collectors) assert.isTrue(Option.isSome(variables.otlpEndpoint.parse(url)), url)
    }))

  it.effect("a module that is imported twice is there once", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* evaluated("twice"), "ORGANIZATION_EVENTS")
    }))
})

describe.skipIf(isSkipped)("containers", () => {
  it.effect("a NixOS container named organization-service has the service; host and others do not", () =>
    Effect.gen(function*() {
      const { environment, ...rest } = yield* evaluated("container")
      assert.deepStrictEqual(environment, {
        NATS_URL: "nats://10.0.0.41:4222",
        STREAM_NAME: "ORGANIZATION_EVENTS",
        LOG_LEVEL: "info",
        SNAPSHOT_FREQ: "100",
        NODE_OPTIONS: "--max-old-space-size=320",
        MALLOC_ARENA_MAX: "1"
      })
      assert.deepStrictEqual(rest, {
        hostName: "organization-service",
        interfaces: {},
        stateVersion: "26.05",
        enable: true,
        ssh: false,
        onHost: {},
        other: {},
        elsewhere: "/nix/var/nix/profiles/per-container/elsewhere"
      })
    }))

  it.effect("one LXC image serves every replica: Proxmox gives address and host name", () =>
    Effect.gen(function*() {
      const { heap, links, plain, suppressed } = yield* evaluated("image")
      assert.deepStrictEqual(plain, {
        fileName: "nixos-system-x86_64-linux.tar.xz",
        manageNetwork: false,
        manageHostName: false,
        defaultGateway: null,
        hostName: "",
        interfaces: {},
        nameservers: [],
        ssh: false,
        keys: [],
        heap: "--max-old-space-size=320"
      })
      assert.strictEqual(heap, "--max-old-space-size=800")
      // What `pct exec` finds programs by.
      assert.deepStrictEqual(links, ["L+ /usr/local/bin - - - - /run/current-system/sw/bin"])
      assert.include(suppressed, "dev-mqueue.mount")
    }))

  it.effect("an address of its own, and keys, may be built into the image", () =>
    Effect.gen(function*() {
      const { static: image } = yield* evaluated("image")
      assert.deepInclude(image, {
        manageNetwork: true,
        hostName: "",
        defaultGateway: { address: "10.0.64.1", interface: "eth0" },
        nameservers: ["10.0.0.254", "1.1.1.1"],
        ssh: true,
        keys: ["ssh-ed25519 AAAAC3... user@host"]
      })
      assert.deepStrictEqual(image.interfaces.eth0.ipv4.addresses, [{ address: "10.0.64.141", prefixLength: 19 }])
    }))
})

describe.skipIf(isSkipped)("nix-darwin", () => {
  it.effect("a job that launchctl knows by its label, and that stays stopped", () =>
    Effect.gen(function*() {
      const { agent, agents, daemon, failing } = yield* evaluated("darwin")
      for (const job of [agent, daemon]) {
        assert.match(job.command, /\/bin\/organization-service$/)
        assert.deepInclude(job.environment, { NATS_URL: "nats://localhost:4222", LOG_LEVEL: "debug" })
        assert.deepInclude(job.serviceConfig, {
          Label: "com.cim.organization-service",
          RunAtLoad: true,
          KeepAlive: { SuccessfulExit: false }
        })
      }
      assert.strictEqual(agent.serviceConfig.StandardOutPath, "/primary/Library/Logs/organization-service.log")
      assert.strictEqual(daemon.serviceConfig.UserName, "nobody")
      assert.deepStrictEqual(agents, [{}, {}])
      assert.deepStrictEqual(failing, [])
    }))

  it.effect("files are named as they are", () =>
    Effect.gen(function*() {
      const environment = yield* evaluated("secrets.darwin")
      assert.strictEqual(environment.NATS_CREDS_FILE, "/run/secrets/organization-service/nats.creds")
      assert.strictEqual(environment.OTEL_EXPORTER_OTLP_HEADERS_FILE, "/run/secrets/organization-service/otlp-headers")
      assert.strictEqual(environment.MAX_IN_FLIGHT, "512")
    }))
})

describe.skipIf(isSkipped)("what is wrong", () => {
  // The option, and the end of what is accepted for it.
  const rejected: Record<string, readonly [option: string, accepted: string]> = {
    logLevel: ["logLevel", `one of "trace", "debug", "info", "warn", "error"`],
    snapshotFrequency: ["snapshotFrequency", "integer between 1 and 1000000 (both inclusive)"],
    natsUrl: ["natsUrl", "comma list of nats://, tls://, ws:// or wss:// addresses of one kind, each host[:port]"],
    natsUrlOfTwoKinds: ["natsUrl", "addresses of one kind, each host[:port]"],
    natsUrlWithLineBreak: ["natsUrl", "each host[:port]"],
    natsUrlWithQuote: ["natsUrl", "each host[:port]"],
    natsUrlWithoutPort: ["natsUrl", "each host[:port]"],
    streamNameWithBlank: ["streamName", "1 to 240 characters without blanks"],
    streamName: ["streamName", "1 to 240 characters without blanks, dots, *, >, / and \\"],
    credentialsFile: ["credentialsFile", "absolute path of a file, as a string, outside the Nix store"],
    secretWithBlank: ["credentialsFile", "of letters, digits and / . _ - @ + = , ~"],
    secretWithSpecifier: ["credentialsFile", "of letters, digits and / . _ - @ + = , ~"],
    tokenFile: ["tokenFile", "absolute path"],
    jetstreamDomain: ["jetstreamDomain", "1 to 100 characters without blanks, dots, *, > and $"],
    inboxPrefix: ["inboxPrefix", "1 to 100 characters, tokens with dots between them"],
    keyFile: ["tls.keyFile", "absolute path"],
    collector: ["otlp.endpoint", "an http:// or https:// address without user, query and fragment"],
    collectorWithUser: ["otlp.endpoint", "without user"],
    collectorWithQuery: ["otlp.endpoint", "without user, query and fragment"],
    headersFile: ["otlp.headersFile", "absolute path"],
    settings: ["settings.MAX_IN_FLIGHT", "boolean or signed integer or string"],
    containerIp: ["containerIp", "IPv4 address such as 10.0.64.141"],
    gateway: ["gateway", "IPv4 address such as 10.0.64.141"],
    prefixLength: ["prefixLength", "integer between 1 and 32 (both inclusive)"],
    nameservers: ["nameservers", "IPv4 or IPv6 address"],
    sshKeys: ["sshKeys", "SSH public key on one line, such as ssh-ed25519 AAAAC3... user@host"],
    sshKeyOfTwoLines: ["sshKeys", "SSH public key on one line"],
    unusedGateway: ["gateway", "IPv4 address such as 10.0.64.141"],
    unusedSshKeys: ["sshKeys", "SSH public key on one line"]
  }
  for (const [name, [option, accepted]] of Object.entries(rejected)) {
    it.effect(`${name} is refused, with the option and what is accepted`, () =>
      Effect.gen(function*() {
        const { code, err } = yield* Nix.run(
          "nix-instantiate",
          ["--eval", "--strict", "--json", "nix/tests/modules.nix", "-A", `rejected.${name}`]
        )
        assert.notStrictEqual(code, 0)
        assert.include(err, `A definition for option \`services.cim-domain-organization.${option}' is not of type`)
        assert.include(err, accepted)
      }))
  }

  it.effect("an option that does not exist is named", () =>
    Effect.gen(function*() {
      const args = ["--eval", "--strict", "--json", "nix/tests/modules.nix", "-A", "rejected.natsURL"]
      const { err } = yield* Nix.run("nix-instantiate", args)
      assert.include(err, "The option `services.cim-domain-organization.natsURL' does not exist")
    }))

  it.effect("options that contradict each other are refused", () =>
    Effect.gen(function*() {
      const failing = yield* evaluated("assertions")
      assert.deepStrictEqual(failing.none, [])
      assert.match(failing.halfOfTls[0], /tls: certFile and keyFile go together/)
      assert.match(failing.bothCredentials[0], /credentialsFile and nkeyFile are both set/)
      assert.match(failing.tokenAndUser[0], /userFile and tokenFile are both set; accepted: one of them/)
      assert.match(failing.tokenAndUrl[0], /tokenFile and credentials in natsUrl are both set/)
      assert.match(failing.userAlone[0], /userFile and passwordFile go together/)
      assert.match(failing.settingWithOption[0], /settings: NATS_URL has an option of its own/)
      assert.match(failing.settingName[0], /settings: MAX_INFLIGHT is not known; accepted: .*MAX_IN_FLIGHT.* NODE_\.$/)
      assert.sameMembers(failing.settingValue, [
        "services.cim-domain-organization.settings.MAX_IN_FLIGHT: given -3; accepted: integer between 1 and 10000 (both inclusive).",
        "services.cim-domain-organization.settings.ACCEPT_LEGACY_SUBJECTS: given \"yes\"; accepted: boolean."
      ])
      assert.match(failing.headersOfNobody[0], /otlp: headersFile is for the collector at endpoint/)
      assert.sameMembers(failing.settingText, [
        "services.cim-domain-organization.settings.OTEL_SERVICE_NAME: given \"\"; accepted: 1 to 255 characters.",
        "services.cim-domain-organization.settings.OTEL_RESOURCE_ATTRIBUTES: given \"a=%zz\"; accepted: a comma list of name=value, percent-encoded."
      ])
      assert.deepStrictEqual(failing.settingsOfNode, [])
    }))

  it.effect("every variable of the service is an option, or a setting with the bounds of the service", () =>
    Effect.gen(function*() {
      const bounds: Record<string, string> = yield* evaluated("further")
      const environment = {
        ...(yield* evaluated("secrets.nixos")).environment,
        ...(yield* evaluated("nkey")).environment,
        ...(yield* evaluated("token")).environment,
        ...(yield* evaluated("password")).environment,
        ...(yield* evaluated("leaf"))
      }
      for (const { accepted, name } of Object.values(variables)) {
        if (name in bounds) {
          const [, least, most] = /^a whole number from (\d+) to (\d+)$/.exec(accepted) ?? []
          const expected = least !== undefined
            ? `integer between ${least} and ${most} (both inclusive)`
            : accepted === "true or false"
            ? "boolean"
            : accepted
          assert.strictEqual(bounds[name], expected, name)
        } else assert.property(environment, name)
      }
    }))

  it.effect("a password in the URL is warned of", () =>
    Effect.gen(function*() {
      assert.match((yield* evaluated("warnings"))[0], /natsUrl holds a user or a password/)
      assert.deepStrictEqual(yield* evaluated("noWarnings"), [])
    }))
})
