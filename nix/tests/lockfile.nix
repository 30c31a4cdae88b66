# What Nix reads in pnpm-lock.yaml, as plain data.
let
  lib = import ./nixpkgs/lib;
  read = import ../pnpm-lock.nix { inherit lib; };
  lock = read (builtins.readFile ../../pnpm-lock.yaml);
  refused = text: !(builtins.tryEval (builtins.deepSeq (read text).lock true)).success;
in
{
  packages = lib.mapAttrs (_: entry: entry.resolution.integrity or null) lock.lock.packages;
  snapshots = lib.mapAttrs (_: snapshot: snapshot.dependencies or { }) lock.lock.snapshots;
  importers = lib.mapAttrs (_: importer: lib.mapAttrs (_: each: each.version) (importer.dependencies or { })) lock.lock.importers;
  service = map lock.package (lock.snapshotsOf "packages/organization-service");
  workspace = lock.importersOf "packages/organization-service";
  refused = {
    otherVersion = refused "lockfileVersion: '6.0'";
    patched = refused "lockfileVersion: '9.0'\n\npatchedDependencies:\n  effect@4.1.0:\n    hash: x\n";
  };
}
