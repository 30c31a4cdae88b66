# What the options become: the environment of the process, the files it reads, and what must hold between options.
{ lib, cfg }:
let
  prefix = "services.cim-domain-organization";
in
rec {
  # What `settings` may hold besides Node's own variables: those of the service that have no option.
  further = {
    MAX_IN_FLIGHT = lib.types.ints.between 1 10000;
    MAX_BYTES_IN_FLIGHT = lib.types.ints.between 262144 1000000000;
    ORGANIZATION_BYTES = lib.types.ints.between 65536 1000000000;
    CACHE_CAPACITY = lib.types.ints.between 1 1000000;
    CACHE_BYTES = lib.types.ints.between 1000000 1000000000000;
    COMMAND_TIMEOUT_MS = lib.types.ints.between 100 60000;
    STREAM_REPLICAS = lib.types.ints.between 1 5;
    CREATE_STREAMS = lib.types.bool;
    ACCEPT_LEGACY_SUBJECTS = lib.types.bool;
    OTEL_SERVICE_NAME = matching "[^[:cntrl:]]{1,255}" "1 to 255 characters";
    OTEL_RESOURCE_ATTRIBUTES =
      matching "${attribute}(,${attribute})*" "a comma list of name=value, percent-encoded";
  };

  matching = pattern: description: lib.types.strMatching pattern // { inherit description; };
  attribute = let encoded = "(%[0-9A-Fa-f]{2}|[^[:space:][:cntrl:],=%])"; in "${encoded}+=(=|${encoded})*";

  variables = {
    NATS_URL = cfg.natsUrl;
    STREAM_NAME = cfg.streamName;
    LOG_LEVEL = cfg.logLevel;
    SNAPSHOT_FREQ = toString cfg.snapshotFrequency;
  }
  // lib.optionalAttrs (cfg.jetstreamDomain != null) { JETSTREAM_DOMAIN = cfg.jetstreamDomain; }
  // lib.optionalAttrs (cfg.inboxPrefix != "_INBOX") { NATS_INBOX_PREFIX = cfg.inboxPrefix; }
  // lib.optionalAttrs (cfg.otlp.endpoint != null) { OTEL_EXPORTER_OTLP_ENDPOINT = cfg.otlp.endpoint; }
  // lib.mapAttrs (_: value: if lib.isBool value then lib.boolToString value else toString value) cfg.settings;

  # Variable to path on the machine.
  files = lib.filterAttrs (_: path: path != null) {
    NATS_CREDS_FILE = cfg.credentialsFile;
    NATS_NKEY_FILE = cfg.nkeyFile;
    NATS_USER_FILE = cfg.userFile;
    NATS_PASSWORD_FILE = cfg.passwordFile;
    NATS_TOKEN_FILE = cfg.tokenFile;
    NATS_TLS_CA_FILE = cfg.tls.caFile;
    NATS_TLS_CERT_FILE = cfg.tls.certFile;
    NATS_TLS_KEY_FILE = cfg.tls.keyFile;
    OTEL_EXPORTER_OTLP_HEADERS_FILE = cfg.otlp.headersFile;
  };

  assertions =
    let
      withOption = [
        "NATS_URL" "STREAM_NAME" "LOG_LEVEL" "SNAPSHOT_FREQ"
        "NATS_CREDS_FILE" "NATS_NKEY_FILE" "NATS_USER_FILE" "NATS_PASSWORD_FILE" "NATS_TOKEN_FILE"
        "JETSTREAM_DOMAIN" "NATS_INBOX_PREFIX"
        "NATS_TLS_CA_FILE" "NATS_TLS_CERT_FILE" "NATS_TLS_KEY_FILE"
        "OTEL_EXPORTER_OTLP_ENDPOINT" "OTEL_EXPORTER_OTLP_HEADERS_FILE"
      ];
      identities = lib.filter (name: cfg.${name} != null) [ "credentialsFile" "nkeyFile" "userFile" "tokenFile" ]
        ++ lib.optional (lib.hasInfix "@" cfg.natsUrl) "credentials in natsUrl";
      names = lib.attrNames cfg.settings;
      taken = lib.filter (name: lib.elem name withOption) names;
      isUnknown = name: !(further ? ${name} || lib.elem name withOption || builtins.match "NODE_[A-Z0-9_]+" name != null);
      unknown = lib.filter isUnknown names;
      ofFurther = name: {
        assertion = !(cfg.settings ? ${name}) || further.${name}.check cfg.settings.${name};
        message = "${prefix}.settings.${name}: given ${builtins.toJSON cfg.settings.${name}}; accepted: ${further.${name}.description}.";
      };
    in
    [
      {
        assertion = (cfg.tls.certFile == null) == (cfg.tls.keyFile == null);
        message = "${prefix}.tls: certFile and keyFile go together; accepted: both, or neither.";
      }
      {
        assertion = (cfg.userFile == null) == (cfg.passwordFile == null);
        message = "${prefix}: userFile and passwordFile go together; accepted: both, or neither.";
      }
      {
        assertion = lib.length identities <= 1;
        message = "${prefix}: ${lib.concatStringsSep " and " identities} are both set; accepted: one of them.";
      }
      {
        assertion = cfg.otlp.headersFile == null || cfg.otlp.endpoint != null;
        message = "${prefix}.otlp: headersFile is for the collector at endpoint; accepted: both, or endpoint alone.";
      }
      {
        assertion = taken == [ ];
        message = "${prefix}.settings: ${toString taken} has an option of its own; use that.";
      }
      {
        assertion = unknown == [ ];
        message = "${prefix}.settings: ${toString unknown} is not known; accepted: ${
          lib.concatStringsSep ", " (lib.attrNames further)
        }, and names that begin with NODE_.";
      }
      {
        # Options that nothing uses here are looked at as well, so that a wrong value never goes unnoticed.
        assertion = builtins.deepSeq [ cfg.containerIp cfg.gateway cfg.prefixLength cfg.nameservers cfg.sshKeys ] true;
        message = "";
      }
    ]
    ++ map ofFurther (lib.attrNames further);

  warnings = lib.optional (lib.hasInfix "@" cfg.natsUrl)
    "${prefix}.natsUrl holds a user or a password, which the Nix store shows to everybody; use a file.";
}
