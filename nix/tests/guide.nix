# The Nix snippets of docs/deployment.md, used as they stand there.
let
  lib = import ./nixpkgs/lib;
  pkgs = import ./nixpkgs/pkgs.nix { inherit lib; system = "x86_64-linux"; };

  guide = builtins.readFile ../../docs/deployment.md;
  blocks = map (text: lib.head (lib.splitString "\n```" text)) (lib.tail (lib.splitString "```nix\n" guide));
  snippet = part:
    let
      found = lib.head (lib.filter (lib.hasInfix part) blocks);
      text = lib.replaceStrings [ "/path/to/cim-domain-organization" ] [ (toString ../..) ] found;
    in
    import (builtins.toFile "snippet.nix" text);

  nixos = modules: (import ./nixpkgs/nixos/system.nix { inherit lib pkgs modules; }).config;
  environmentOf = container: container.config.systemd.services.cim-domain-organization.environment;

  one = nixos [ (snippet "containers.organization-service = {") ];
  three = nixos [ ../container.nix (snippet "replica = number") ];
  darwin = import ./nixpkgs/darwin.nix {
    inherit lib pkgs;
    modules = [
      (snippet "inputs.cim-domain-organization.darwinModules.default" {
        inputs.cim-domain-organization.darwinModules.default = ../darwin-module.nix;
      })
    ];
  };
  resources = nixos [ ../module.nix { services.cim-domain-organization.enable = true; } (snippet "CACHE_CAPACITY") ];
in
{
  one = environmentOf one.containers.organization-service;
  three = lib.mapAttrs (_: container: { inherit (container) localAddress; } // environmentOf container) three.containers;
  darwin = darwin.config.launchd.daemons.organization-service;
  resources = resources.systemd.services.cim-domain-organization.environment;
}
