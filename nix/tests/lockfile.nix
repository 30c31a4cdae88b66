# What Nix reads in pnpm-lock.yaml, as plain data.
let
  lib = import ./nixpkgs/lib;
  read = import ../pnpm-lock.nix { inherit lib; };
  lock = read (builtins.readFile ../../pnpm-lock.yaml);
  isRefused = value: !(builtins.tryEval (builtins.deepSeq value true)).success;
  git = read ''
    lockfileVersion: '9.0'

    packages:

      left@https://codeload.example/left/tar.gz/abc:
        resolution: {tarball: https://codeload.example/left/tar.gz/abc}
  '';
in
{
  packages = lib.mapAttrs (_: entry: entry.resolution.integrity or null) lock.lock.packages;
  snapshots = lib.mapAttrs (_: snapshot: snapshot.dependencies or { }) lock.lock.snapshots;
  importers = lib.mapAttrs (_: importer: lib.mapAttrs (_: each: each.version) (importer.dependencies or { })) lock.lock.importers;
  service = map lock.package (lock.snapshotsOf "packages/organization-service");
  workspace = lock.importersOf "packages/organization-service";
  refused = {
    gitDependency = isRefused (git.package "left@https://codeload.example/left/tar.gz/abc");
    otherVersion = isRefused (read "lockfileVersion: '6.0'").lock;
    patched = isRefused (read "lockfileVersion: '9.0'\n\npatchedDependencies:\n  effect@4.1.0:\n    hash: x\n").lock;
  };
}
