# What the modules make of the configurations in docs/deployment.md, of wrong ones, and of other corners: as plain data, for
# the tests to look at. `lib` is nixpkgs', or the stand-in for it.
{ lib ? import ./nixpkgs/lib }:
let
  pkgs = import ./nixpkgs/pkgs.nix { inherit lib; system = "x86_64-linux"; };
  nixos = modules: (import ./nixpkgs/nixos/system.nix { inherit lib pkgs modules; }).config;
  darwin = modules: (import ./nixpkgs/darwin.nix { inherit lib pkgs modules; }).config;

  options = settings: { services.cim-domain-organization = settings; };
  enabled = settings: options ({ enable = true; } // settings);
  unitOf = config: config.systemd.services.cim-domain-organization;

  # The ones of the guide, for each target.
  container = {
    services.cim-domain-organization = {
      enable = true;
      natsUrl = "nats://10.0.0.41:4222";
      streamName = "ORGANIZATION_EVENTS";
      logLevel = "info";
      snapshotFrequency = 100;
    };
  };
  containerHost = nixos [
    ../container.nix
    {
      containers.organization-service = {
        autoStart = true;
        privateNetwork = true;
        hostAddress = "10.0.64.1";
        localAddress = "10.0.64.141";
        config = { config, pkgs, ... }: container;
      };
      containers.other.config = { };
      containers.elsewhere.path = "/nix/var/nix/profiles/per-container/elsewhere";
    }
  ];
  mac = { config, pkgs, ... }: {
    imports = [ ../darwin-module.nix ];
    services.cim-domain-organization = {
      enable = true;
      natsUrl = "nats://localhost:4222";
      streamName = "ORGANIZATION_EVENTS";
      logLevel = "debug";
    };
  };
  everyContainerOption = options {
    enable = true;
    natsUrl = "nats://10.0.0.41:4222";
    streamName = "ORGANIZATION_EVENTS";
    logLevel = "info";
    snapshotFrequency = 100;
    containerIp = "10.0.64.141";
    gateway = "10.0.64.1";
    prefixLength = 19;
    nameservers = [ "10.0.0.254" "1.1.1.1" ];
    sshKeys = [ "ssh-ed25519 AAAAC3... user@host" ];
  };

  secrets = enabled {
    natsUrl = "tls://nats-1.example.org:4222,tls://nats-2.example.org:4222";
    credentialsFile = "/run/secrets/organization-service/nats.creds";
    tls.caFile = "/run/secrets/organization-service/ca.pem";
    tls.certFile = "/run/secrets/organization-service/client.pem";
    tls.keyFile = "/run/secrets/organization-service/client.key";
    otlp.endpoint = "https://otel.example.org/base";
    otlp.headersFile = "/run/secrets/organization-service/otlp-headers";
    settings = { MAX_IN_FLIGHT = 512; ACCEPT_LEGACY_SUBJECTS = false; OTEL_RESOURCE_ATTRIBUTES = "a=caf%C3%A9,b=1=2"; };
  };

  lxc = settings: nixos [ ../proxmox-lxc.nix (enabled settings) ];
  image = settings:
    let config = lxc settings; in
    {
      inherit (config.image) fileName;
      inherit (config.proxmoxLXC) manageNetwork manageHostName;
      inherit (config.networking) defaultGateway hostName interfaces nameservers;
      ssh = config.services.openssh.enable;
      keys = config.users.users.root.openssh.authorizedKeys.keys;
      heap = (unitOf config).environment.NODE_OPTIONS;
    };

  failing = config: map (each: each.message) (lib.filter (each: !each.assertion) config.assertions);
  on = settings: nixos [ ../module.nix (enabled settings) ];
  unit = settings: unitOf (on settings);
in
{
  # Every option: its default, or the text for it, and what it accepts.
  options =
    let
      declared = import ../options.nix { inherit lib pkgs; natsUrlDefault = "nats://10.0.0.41:4222"; };
      nested = group: lib.mapAttrs' (name: lib.nameValuePair "${group}.${name}") declared.${group};
    in
    lib.mapAttrs
      (_: option: { inherit (option) description; default = option.defaultText or option.default; accepted = option.type.description; })
      (removeAttrs declared [ "tls" "otlp" ] // nested "tls" // nested "otlp");

  off = (nixos [ ../module.nix ]).systemd.services;
  unit = unit { };
  text = (on { }).systemd.units."cim-domain-organization.service".text;
  leaf = (unit { jetstreamDomain = "hub"; inboxPrefix = "organization.inbox"; }).environment;
  token = { inherit (unit { tokenFile = "/run/secrets/token"; }) environment serviceConfig; };
  password = { inherit (unit { userFile = "/run/secrets/user"; passwordFile = "/run/secrets/password"; }) environment serviceConfig; };
  nkey = { inherit (unit { nkeyFile = "/run/secrets/seed"; }) environment serviceConfig; };
  # Whatever form of address the service knows.
  natsUrls = map (natsUrl: (unit { inherit natsUrl; }).environment.NATS_URL) [
    "tls://nats-1.example.org,tls://nats-2.example.org:65535"
    "nats://token@[2001:db8::1]:4222/"
    "wss://nats.example.org/path?key=value"
  ];
  collectors = map (endpoint: (unit { otlp = { inherit endpoint; }; }).environment.OTEL_EXPORTER_OTLP_ENDPOINT) [
    "http://localhost:4318"
    "https://otel.example.org/base/"
    "http://[2001:db8::1]:4318"
  ];
  percent = (unit { natsUrl = "nats://replica:p%40ss@host"; }).environment.NATS_URL;
  twice = (unitOf (nixos [ { imports = [ ../module.nix ]; } ../module.nix (enabled { }) ])).environment.STREAM_NAME;

  container =
    let guest = containerHost.containers.organization-service.config; in
    {
      inherit (unitOf guest) environment;
      inherit (guest.networking) hostName interfaces;
      inherit (guest.system) stateVersion;
      inherit (guest.networking.firewall) enable;
      ssh = guest.services.openssh.enable;
      onHost = containerHost.systemd.services;
      other = containerHost.containers.other.config.systemd.services;
      elsewhere = containerHost.containers.elsewhere.path;
    };

  image = {
    plain = image { };
    heap = (image { settings.NODE_OPTIONS = "--max-old-space-size=800"; }).heap;
    static = image everyContainerOption.services.cim-domain-organization;
    links = (lxc { }).systemd.tmpfiles.rules;
    suppressed = (lxc { }).systemd.suppressedSystemUnits;
  };

  secrets = {
    nixos = { inherit (unitOf (nixos [ ../module.nix secrets ])) environment serviceConfig; };
    darwin = (darwin [ ../darwin-module.nix secrets ]).launchd.daemons.organization-service.environment;
  };

  darwin =
    let
      agent = darwin [ mac { system.primaryUser = "dev"; } ];
      daemon = darwin [ mac ];
    in
    {
      agent = agent.launchd.user.agents.organization-service;
      daemon = daemon.launchd.daemons.organization-service;
      agents = [ agent.launchd.daemons daemon.launchd.user.agents ];
      failing = failing agent;
    };

  assertions = lib.mapAttrs (_: settings: failing (on settings)) {
    none = { };
    halfOfTls = { tls.certFile = "/run/cert.pem"; };
    bothCredentials = { credentialsFile = "/run/creds"; nkeyFile = "/run/seed"; };
    tokenAndUser = { tokenFile = "/run/token"; userFile = "/run/user"; passwordFile = "/run/password"; };
    tokenAndUrl = { tokenFile = "/run/token"; natsUrl = "nats://me@host:4222"; };
    userAlone = { userFile = "/run/user"; };
    headersOfNobody = { otlp.headersFile = "/run/headers"; };
    settingWithOption = { settings.NATS_URL = "nats://x"; };
    settingName = { settings.MAX_INFLIGHT = 1; };
    settingValue = { settings.MAX_IN_FLIGHT = -3; settings.ACCEPT_LEGACY_SUBJECTS = "yes"; };
    settingText = { settings.OTEL_SERVICE_NAME = ""; settings.OTEL_RESOURCE_ATTRIBUTES = "a=%zz"; };
    settingsOfNode = { settings.NODE_OPTIONS = "--max-old-space-size=800"; settings.NODE_EXTRA_CA_CERTS = "/etc/ca.pem"; };
  };
  # What each setting accepts.
  further = lib.mapAttrs (_: type: type.description)
    (import ../environment.nix { inherit lib; cfg = throw "not looked at"; }).further;
  warnings = (on { natsUrl = "nats://user:secret@host:4222"; }).warnings;
  noWarnings = (on { }).warnings;

  # Each is to be evaluated alone: it must throw.
  rejected = lib.mapAttrs (_: settings: unit settings) {
    logLevel = { logLevel = "verbose"; };
    snapshotFrequency = { snapshotFrequency = 0; };
    natsUrl = { natsUrl = "http://nats:4222"; };
    natsUrlOfTwoKinds = { natsUrl = "tls://a:4222,nats://b:4222"; };
    natsUrlWithLineBreak = { natsUrl = "nats://a:4222\nLOG_LEVEL=trace"; };
    natsUrlWithQuote = { natsUrl = "nats://a\"b:4222"; };
    natsUrlWithoutPort = { natsUrl = "nats://a:client"; };
    streamName = { streamName = "ORGANIZATION.EVENTS"; };
    streamNameWithBlank = { streamName = "ORGANIZATION EVENTS"; };
    credentialsFile = { credentialsFile = ./modules.nix; };
    secretWithBlank = { credentialsFile = "/run/my secrets"; };
    secretWithSpecifier = { credentialsFile = "/run/%d"; };
    tokenFile = { tokenFile = "token"; };
    jetstreamDomain = { jetstreamDomain = "a.b"; };
    inboxPrefix = { inboxPrefix = "mine.>"; };
    keyFile = { tls.certFile = "/run/cert.pem"; tls.keyFile = "key.pem"; };
    collector = { otlp.endpoint = "otel:4318"; };
    collectorWithUser = { otlp.endpoint = "http://me:secret@otel:4318"; };
    collectorWithQuery = { otlp.endpoint = "http://otel:4318/?key=secret"; };
    headersFile = { otlp.endpoint = "http://otel:4318"; otlp.headersFile = "headers"; };
    settings = { settings.MAX_IN_FLIGHT = [ 1 ]; };
    natsURL = { natsURL = "nats://a:4222"; };
  }
  # Unused, and refused all the same.
  // lib.mapAttrs (_: settings: failing (on settings)) {
    unusedGateway = { gateway = "router"; };
    unusedSshKeys = { sshKeys = [ "" ]; };
  }
  // lib.mapAttrs (_: settings: image settings) {
    containerIp = { containerIp = "10.0.64.256"; };
    gateway = { containerIp = "10.0.64.141"; gateway = "router"; };
    prefixLength = { containerIp = "10.0.64.141"; prefixLength = 33; };
    nameservers = { containerIp = "10.0.64.141"; nameservers = [ "dns.example.org" ]; };
    sshKeys = { sshKeys = [ "not a key" ]; };
    sshKeyOfTwoLines = { sshKeys = [ "ssh-ed25519 AAAA a@b\nssh-ed25519 BBBB c@d" ]; };
  };
}
