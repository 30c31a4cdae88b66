# One program of the workspace, as Node and a single file. What it depends on comes straight from pnpm-lock.yaml, so there is
# no hash here to maintain, and it is bundled by the script `bundle` of its own manifest: the command used in development.
{
  lib,
  stdenvNoCC,
  nodejs_24,
  esbuild,
  cacert,
  makeWrapper,
  folder ? "packages/organization-service",
  program ? "organization-service",
}:
let
  root = ../.;
  manifest = lib.importJSON (root + "/${folder}/package.json");
  lock = import ./pnpm-lock.nix { inherit lib; } (builtins.readFile (root + "/pnpm-lock.yaml"));

  # May use the network because its hash is known beforehand. `npm pack` rather than an address: which registry is asked, and
  # through which proxy, stays a matter of the machine that builds.
  tarball =
    { name, version, integrity }:
    stdenvNoCC.mkDerivation {
      name = "${lib.replaceStrings [ "@" "/" ] [ "" "-" ] name}-${version}.tgz";
      nativeBuildInputs = [ nodejs_24 ];
      outputHash = integrity;
      outputHashMode = "flat";
      impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [ "NIX_NPM_REGISTRY" ];
      buildCommand = ''
        export HOME=$TMPDIR NODE_EXTRA_CA_CERTS=''${NIX_SSL_CERT_FILE:-${cacert}/etc/ssl/certs/ca-bundle.crt}
        if [ -n "''${NIX_NPM_REGISTRY:-}" ]; then export npm_config_registry=$NIX_NPM_REGISTRY; fi
        npm pack --ignore-scripts --silent ${lib.escapeShellArg "${name}@${version}"}
        mv *.tgz $out
      '';
    };

  ### The layout that pnpm makes: each snapshot in a folder of its own, links to what it needs beside it.

  folderOf = snapshot: "$STORE/${builtins.hashString "sha256" snapshot}/node_modules";
  home = snapshot: "${folderOf snapshot}/${(lock.package snapshot).name}";
  link = from: to: ''mkdir -p "$(dirname "${to}")" && ln -s "${from}" "${to}"'';

  install = snapshot:
    let
      self = lock.package snapshot;
      others = removeAttrs (lock.dependenciesOf snapshot) [ self.name ];
    in
    [
      ''mkdir -p "${home snapshot}"''
      ''tar -xzf ${tarball self} --strip-components=1 --no-same-owner --no-same-permissions -C "${home snapshot}"''
    ]
    ++ lib.mapAttrsToList (name: other: link (home other) "${folderOf snapshot}/${name}") others;

  linkImporter = importer:
    let inherit (lock.importer importer) external workspace; in
    lib.mapAttrsToList (name: snapshot: link (home snapshot) "${importer}/node_modules/${name}") external
    ++ lib.mapAttrsToList (name: target: link "$PWD/${target}" "${importer}/node_modules/${name}") workspace;

  # The libraries' peers, which are the program's own dependencies: all packages of the workspace look here as well.
  linkPeers = lib.mapAttrsToList (name: snapshot: link (home snapshot) "packages/node_modules/${name}")
    (lock.importer folder).external;

  importers = lock.importersOf folder;
  snapshots = lock.snapshotsOf folder;
in
stdenvNoCC.mkDerivation {
  pname = program;
  inherit (manifest) version;

  # Only the source of the packages that go into the bundle: nothing else makes it build again.
  src = lib.sources.cleanSourceWith {
    src = root;
    name = "organization-source";
    filter = path: _type:
      let relative = lib.removePrefix "${toString root}/" (toString path); in
      lib.elem relative [ "packages" "packages/tsconfig.base.json" ]
      || lib.any
        (importer:
          relative == importer
          || lib.elem relative (map (file: "${importer}/${file}") [ "package.json" "tsconfig.json" ])
          || relative == "${importer}/src"
          || lib.hasPrefix "${importer}/src/" relative)
        importers;
  };

  nativeBuildInputs = [ nodejs_24 esbuild makeWrapper ];

  configurePhase = ''
    runHook preConfigure
    export STORE=$PWD/.pnpm-store
    ${lib.concatStringsSep "\n" (lib.concatMap install snapshots ++ lib.concatMap linkImporter importers ++ linkPeers)}
    runHook postConfigure
  '';

  buildPhase = ''
    runHook preBuild
    (cd ${folder} && ${manifest.scripts.bundle})
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -D -m 444 ${folder}/dist/main.mjs $out/lib/${program}/main.mjs
    mkdir -p $out/bin
    makeWrapper ${nodejs_24}/bin/node $out/bin/${program} --add-flags $out/lib/${program}/main.mjs
    runHook postInstall
  '';

  passthru = { inherit tarball; };

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = program;
    platforms = lib.platforms.unix;
  };
}
