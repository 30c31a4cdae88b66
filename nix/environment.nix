# What the options become: the environment of the process, the files it reads, and what must hold between options.
{ lib, cfg }:
let
  prefix = "services.cim-domain-organization";
in
rec {
  variables = {
    NATS_URL = cfg.natsUrl;
    STREAM_NAME = cfg.streamName;
    LOG_LEVEL = cfg.logLevel;
    SNAPSHOT_FREQ = toString cfg.snapshotFrequency;
  }
  // lib.mapAttrs (_: value: if lib.isBool value then lib.boolToString value else toString value) cfg.settings;

  # Variable to path on the machine.
  files = lib.filterAttrs (_: path: path != null) {
    NATS_CREDS_FILE = cfg.credentialsFile;
    NATS_NKEY_FILE = cfg.nkeyFile;
    NATS_TLS_CA_FILE = cfg.tls.caFile;
    NATS_TLS_CERT_FILE = cfg.tls.certFile;
    NATS_TLS_KEY_FILE = cfg.tls.keyFile;
  };

  assertions =
    let
      withOption = [
        "NATS_URL" "STREAM_NAME" "LOG_LEVEL" "SNAPSHOT_FREQ"
        "NATS_CREDS_FILE" "NATS_NKEY_FILE" "NATS_TLS_CA_FILE" "NATS_TLS_CERT_FILE" "NATS_TLS_KEY_FILE"
      ];
      names = lib.attrNames cfg.settings;
      taken = lib.filter (name: lib.elem name withOption) names;
      strange = lib.filter (name: builtins.match "[A-Za-z_][A-Za-z0-9_]*" name == null) names;
    in
    [
      {
        assertion = (cfg.tls.certFile == null) == (cfg.tls.keyFile == null);
        message = "${prefix}.tls: certFile and keyFile go together; accepted: both, or neither.";
      }
      {
        assertion = cfg.credentialsFile == null || cfg.nkeyFile == null;
        message = "${prefix}: credentialsFile and nkeyFile are both set; accepted: one of the two.";
      }
      {
        assertion = taken == [ ];
        message = "${prefix}.settings: ${toString taken} has an option of its own; use that.";
      }
      {
        assertion = strange == [ ];
        message = "${prefix}.settings: '${toString strange}' cannot be the name of an environment variable; accepted: letters, digits and _.";
      }
    ];

  warnings = lib.optional (lib.hasInfix "@" cfg.natsUrl)
    "${prefix}.natsUrl holds a user or a password, which the Nix store shows to everybody; use credentialsFile or nkeyFile.";
}
