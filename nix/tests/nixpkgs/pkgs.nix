# The packages that ours are made with and checked by. With `node`, the folder of a Node, and `path`, a PATH that has npm and
# esbuild, they build with the programs of this machine; without, every package is only its name.
{ lib, system, node ? null, path ? null }:
let
  named = name: derivation {
    inherit name system;
    builder = "/bin/sh";
    args = [ "-c" "echo ${name} > $out" ];
  };

  # What of stdenv the package uses: phases, hooks and makeWrapper.
  setup = builtins.toFile "setup.sh" ''
    set -euo pipefail
    export HOME=$TMPDIR
    runHook() { :; }
    makeWrapper() { printf '#!/bin/sh\nexec %s %s "$@"\n' "$1" "$4" > "$2"; chmod 555 "$2"; }
    if [ -n "''${buildCommand-}" ]; then eval "$buildCommand"; exit; fi
    cp -r "$src" source && chmod -R u+w source && cd source
    eval "$configurePhase"; eval "$buildPhase"; eval "$installPhase"
  '';

  mkDerivation = attributes:
    let
      name = attributes.name or "${attributes.pname}-${attributes.version}";
      built = derivation (
        removeAttrs attributes [ "meta" "nativeBuildInputs" "passthru" "pname" "version" ]
        // { inherit name system; builder = "/bin/bash"; args = [ setup ]; PATH = "${node}/bin:${path}"; }
        // lib.optionalAttrs (attributes ? src) { src = "${attributes.src}"; }
      );
      unbuilt = builtins.deepSeq (removeAttrs attributes [ "passthru" "src" ]) (named name);
    in
    (if node == null then unbuilt else built) // attributes.passthru or { } // { meta = attributes.meta or { }; };

  pkgs = {
    inherit lib;
    runtimeShell = "/bin/sh";
    stdenv.hostPlatform = { inherit system; };
    stdenvNoCC = { inherit mkDerivation; };
    nodejs_24 = if node == null then named "nodejs" else node;
    callPackage = file: arguments:
      let f = import file; in f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // arguments);
    mkShell = { packages }: builtins.deepSeq (map toString packages) (named "shell");
    runCommand = name: attributes: script: builtins.deepSeq [ attributes script ] (named name);
    writeText = name: text: builtins.deepSeq text (named name);
    testers.runNixOSTest = test:
      let evaluated = test { inherit lib pkgs; }; in
      builtins.deepSeq [ evaluated.testScript (builtins.attrNames evaluated.nodes) ] (named "vm-test-${evaluated.name}");
  }
  // lib.genAttrs [ "age" "cacert" "esbuild" "git" "makeWrapper" "nats-server" "natscli" "nixfmt" "sops" "systemd" ] named;
in
pkgs
