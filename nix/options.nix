# The options of services.cim-domain-organization, the same for NixOS and nix-darwin. What a type accepts is its description:
# that is what an operator reads when a value is refused.
{ lib, pkgs, natsUrlDefault }:
let
  inherit (lib) mkOption types;

  matching = pattern: description: types.strMatching pattern // { inherit description; };

  octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  ipv4 = matching "${octet}([.]${octet}){3}" "IPv4 address such as 10.0.64.141";
  ipAddress = matching "${octet}([.]${octet}){3}|([0-9a-fA-F]{1,4}|:)(:[0-9a-fA-F]{0,4}){1,7}" "IPv4 or IPv6 address";

  # As the service reads it, save for what a pattern cannot say well.
  natsUrl =
    let
      user = "[^@,/?#\"'\\[:space:][:cntrl:]]+@";
      host = "[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?|\\[[0-9a-fA-F:.]+]";
      port = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]";
      path = scheme: if lib.hasPrefix "ws" scheme then "(/[^,\"'\\[:space:][:cntrl:]]*)?" else "/?";
      address = scheme: "${scheme}://(${user})?(${host})(:(${port}))?${path scheme}";
      addresses = scheme: "${address scheme}(,${address scheme})*";
    in
    matching (lib.concatMapStringsSep "|" addresses [ "nats" "tls" "ws" "wss" ])
      "comma list of nats://, tls://, ws:// or wss:// addresses of one kind, each host[:port]";

  # As the service reads it. A fragment, a query or a user would be lost or seen by everybody.
  httpUrl = matching "https?://[^]/?#@\"'\\[:space:][:cntrl:]]+]?(:[0-9]{1,5})?(/[^?#@\"'\\[:space:][:cntrl:]]*)?"
    "an http:// or https:// address without user, query and fragment, such as http://localhost:4318";

  # `types.path` would take ./secret and copy it into the store, where everybody may read it.
  secretPath =
    types.addCheck types.externalPath (path: builtins.match "(/[A-Za-z0-9._@+=,~-]+)+" path != null)
    // { description = "absolute path of a file, as a string, outside the Nix store, of letters, digits and / . _ - @ + = , ~"; };
  secretFile = description: mkOption {
    type = types.nullOr secretPath;
    default = null;
    example = "/run/secrets/organization-service/nats.creds";
    inherit description;
  };
in
{
  enable = lib.mkEnableOption "the organization service";

  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ./package.nix { };
    defaultText = lib.literalExpression "the organization-service of the same flake";
    description = "The package whose main program is the service.";
  };

  natsUrl = mkOption {
    type = natsUrl;
    default = natsUrlDefault;
    example = "tls://nats-1.example.org:4222,tls://nats-2.example.org:4222";
    description = ''
      Brokers to connect to. With `tls://` or `wss://` nothing ever goes out in clear. Put no password here: the value ends up
      in the Nix store, which everybody may read; use `credentialsFile`, `nkeyFile`, `tokenFile`, or `userFile` and `passwordFile`.
    '';
  };

  streamName = mkOption {
    type = matching "[^[:space:][:cntrl:].*>/\\]{1,240}" "1 to 240 characters without blanks, dots, *, >, / and \\";
    default = "ORGANIZATION_EVENTS";
    description = "JetStream stream that holds the events. Created when it is missing.";
  };

  logLevel = mkOption {
    type = types.enum [ "trace" "debug" "info" "warn" "error" ];
    default = "info";
    description = "Least severity that is logged.";
  };

  snapshotFrequency = mkOption {
    type = types.ints.between 1 1000000;
    default = 100;
    description = "Events of one organization between two snapshots.";
  };

  credentialsFile = secretFile "NATS credentials file (user JWT and seed) on the machine that runs the service.";
  nkeyFile = secretFile "File with an nkey seed on the machine that runs the service; instead of `credentialsFile`.";
  userFile = secretFile "File with the name of a user on the machine that runs the service, together with `passwordFile`.";
  passwordFile = secretFile "File with the password of that user, together with `userFile`.";
  tokenFile = secretFile "File with a token on the machine that runs the service; instead of the others.";

  jetstreamDomain = mkOption {
    type = types.nullOr (matching "[^[:space:][:cntrl:].*>$]{1,100}" "1 to 100 characters without blanks, dots, *, > and $");
    default = null;
    example = "hub";
    description = "JetStream domain of the streams, for replicas behind a leaf node. Leave null to use that of the broker.";
  };

  inboxPrefix = mkOption {
    type =
      let token = "[^[:space:][:cntrl:].*>]+"; in
      types.addCheck
        (matching "[^[:space:][:cntrl:].*>$][^[:space:][:cntrl:].*>]*([.]${token})*"
          "1 to 100 characters, tokens with dots between them, without blanks, *, > and a $ at the beginning")
        (prefix: builtins.stringLength prefix <= 100);
    default = "_INBOX";
    example = "organization.inbox";
    description = "What the subjects begin with that answers to the service come on, for users that may not subscribe `_INBOX.>`.";
  };
  tls = {
    caFile = secretFile "Certificates of the authorities that the broker's certificate must come from (PEM).";
    certFile = secretFile "Client certificate (PEM), together with `tls.keyFile`.";
    keyFile = secretFile "Private key of the client certificate (PEM), together with `tls.certFile`.";
  };

  otlp = {
    endpoint = mkOption {
      type = types.nullOr httpUrl;
      default = null;
      example = "http://otel-collector.example.org:4318";
      description = ''
        OpenTelemetry collector that spans and metrics go to, over OTLP/HTTP with JSON; the paths `/v1/traces` and `/v1/metrics`
        are added. Without it no span is made. Of how it is to call the service, see `OTEL_SERVICE_NAME` and
        `OTEL_RESOURCE_ATTRIBUTES` in `settings`.
      '';
    };
    headersFile = secretFile ''
      File with the headers that the collector wants to see, on the machine that runs the service: `name=value` with commas
      between them, percent-encoded, such as `Authorization=Bearer%20…`.
    '';
  };

  settings = mkOption {
    type = types.attrsOf (types.oneOf [ types.bool types.int types.str ]);
    default = { };
    example = { MAX_IN_FLIGHT = 512; ACCEPT_LEGACY_SUBJECTS = false; };
    description = ''
      More environment variables of the service, for what has no option of its own: `MAX_IN_FLIGHT`, `MAX_BYTES_IN_FLIGHT`,
      `ORGANIZATION_BYTES`, `CACHE_CAPACITY`,
      `CACHE_BYTES`, `COMMAND_TIMEOUT_MS`, `STREAM_REPLICAS`, `CREATE_STREAMS`, `ACCEPT_LEGACY_SUBJECTS`, `OTEL_SERVICE_NAME`,
      `OTEL_RESOURCE_ATTRIBUTES`, and Node's, such as `NODE_OPTIONS`. No secrets: the values end up in the Nix store.
    '';
  };

  ### Of containers only (nix/guest.nix); without effect elsewhere.

  containerIp = mkOption {
    type = types.nullOr ipv4;
    default = null;
    example = "10.0.64.141";
    description = "Static address of eth0. Leave null where Proxmox or the host of the container gives it out.";
  };

  gateway = mkOption {
    type = ipv4;
    default = "10.0.64.1";
    description = "Default gateway. Used only together with `containerIp`.";
  };

  prefixLength = mkOption {
    type = types.ints.between 1 32;
    default = 19;
    description = "Prefix length of the network. Used only together with `containerIp`.";
  };

  nameservers = mkOption {
    type = types.listOf ipAddress;
    default = [ "10.0.0.254" "1.1.1.1" ];
    description = "DNS servers. Used only together with `containerIp`.";
  };

  sshKeys = mkOption {
    type = types.listOf (
      matching "([^\n]+ )?(ssh-|ecdsa-|sk-)[^ \n]+ [^\n]+" "SSH public key on one line, such as ssh-ed25519 AAAAC3... user@host"
    );
    default = [ ];
    example = [ "ssh-ed25519 AAAAC3... user@host" ];
    description = "Keys that may log in as root. While there are none, sshd is off in containers.";
  };
}
