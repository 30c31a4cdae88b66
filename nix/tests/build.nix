# The packages, really built, with the programs of this machine: `node` is the folder of a Node, `path` a PATH that has npm
# and esbuild.
{ node, path }:
let
  pkgs = import ./nixpkgs/pkgs.nix { lib = import ./nixpkgs/lib; system = builtins.currentSystem; inherit node path; };
in
{
  organization-service = pkgs.callPackage ../package.nix { };
  organization-cli = pkgs.callPackage ../package.nix { folder = "packages/organization-cli"; program = "organization"; };
}
