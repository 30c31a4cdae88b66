# The options of NixOS that our modules set, and no more of each than they need to be merged as there.
{ lib }:
{ config, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  bool = option types.bool false;
  strings = option (types.listOf types.str) [ ];
  anything = option types.anything { };

  scalar = types.oneOf [ types.bool types.int types.str ];
  service = types.submodule {
    options = {
      description = option types.str "";
      after = strings;
      wants = strings;
      wantedBy = strings;
      path = option (types.listOf types.anything) [ ];
      environment = option (types.attrsOf types.str) { };
      startLimitIntervalSec = option (types.nullOr types.int) null;
      unitConfig = option (types.attrsOf scalar) { };
      # A list is a setting given several times.
      serviceConfig = option (types.attrsOf (types.either (types.listOf scalar) scalar)) { };
    };
  };
in
{
  options = {
    assertions = option (types.listOf types.anything) [ ];
    warnings = strings;
    boot = anything;
    documentation = anything;
    environment.etc = anything;
    image = {
      baseName = mkOption { type = types.str; };
      fileName = mkOption { type = types.str; };
    };
    networking = {
      hostName = option types.str "nixos";
      useDHCP = option types.bool true;
      useHostResolvConf = bool;
      useNetworkd = bool;
      nameservers = strings;
      defaultGateway = option types.anything null;
      interfaces = anything;
      nat = anything;
      firewall = anything;
    };
    nixpkgs.hostPlatform = option types.str "x86_64-linux";
    services.openssh = {
      enable = bool;
      startWhenNeeded = bool;
      settings = anything;
    };
    system = {
      stateVersion = option types.str "";
      build = anything;
    };
    systemd = {
      package = option types.anything { outPath = "/usr"; };
      services = option (types.attrsOf service) { };
      suppressedSystemUnits = strings;
      tmpfiles.rules = strings;
      units = option (types.attrsOf types.anything) { };
    };
    users.users = anything;
  };

  config.systemd.units = lib.mapAttrs'
    (name: service: lib.nameValuePair "${name}.service" { text = import ./unit-text.nix { inherit lib; } service; })
    config.systemd.services;
}
