# The packages, really built, with the programs of this machine, and the unit that runs them: `node` is the folder of a Node,
# `path` a PATH that has npm and esbuild, `settings` options of the service as JSON.
{ node, path, settings ? "{}" }:
let
  lib = import ./nixpkgs/lib;
  pkgs = import ./nixpkgs/pkgs.nix {
    inherit lib path;
    system = builtins.currentSystem;
    # In the store, as Nix's own would be: a service sees neither /home nor /tmp.
    node = builtins.path {
      path = node;
      name = "nodejs";
      filter = file: _type: lib.elem file [ "${node}/bin" "${node}/bin/node" ];
    };
  };
  system = import ./nixpkgs/nixos/system.nix {
    inherit lib pkgs;
    modules = [
      ../module.nix
      { services.cim-domain-organization = { enable = true; } // builtins.fromJSON settings; }
    ];
  };
  organization-service = pkgs.callPackage ../package.nix { };
in
{
  inherit organization-service;
  organization-cli = pkgs.callPackage ../package.nix { folder = "packages/organization-cli"; program = "organization"; };
  # The hash is one of nothing.
  otherTarball = organization-service.tarball {
    name = "@nats-io/nuid";
    version = "3.0.0";
    integrity = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
  };
  unit = system.config.systemd.units."cim-domain-organization.service".text;
}
