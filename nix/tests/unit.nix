# The modules evaluated by NixOS itself, and systemd's opinion of the unit that came of it.
{ lib, pkgs, self }:
let
  system = modules: lib.nixosSystem {
    modules = modules ++ [
      {
        nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
        system.stateVersion = "26.05";
        boot.isContainer = true;
      }
    ];
  };
  service = settings: { services.cim-domain-organization = { enable = true; } // settings; };

  plain = system [
    self.nixosModules.default
    (service {
      natsUrl = "tls://nats:4222";
      credentialsFile = "/run/secrets/nats.creds";
      tls.caFile = "/run/secrets/ca.pem";
      settings.MAX_IN_FLIGHT = 512;
    })
  ];
  host = system [
    self.nixosModules.container
    {
      containers.organization-service = {
        autoStart = true;
        privateNetwork = true;
        hostAddress = "10.0.64.1";
        localAddress = "10.0.64.141";
        config = service { };
      };
    }
  ];
  guest = host.config.containers.organization-service.config;
in
assert guest.systemd.services.cim-domain-organization.environment.NATS_URL == "nats://10.0.0.41:4222";
assert !guest.services.openssh.enable;
pkgs.runCommand "cim-domain-organization-unit" { nativeBuildInputs = [ pkgs.systemd ]; } ''
  cp ${pkgs.writeText "unit" plain.config.systemd.units."cim-domain-organization.service".text} cim-domain-organization.service
  systemd-analyze verify --man=no ./cim-domain-organization.service || true # there may be no /run in a build
  systemd-analyze security --offline=true --threshold=15 --no-pager ./cim-domain-organization.service | tee $out
''
