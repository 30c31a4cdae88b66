# Reads pnpm-lock.yaml (version 9) while Nix evaluates. Every registry package in it carries an SRI hash, so no hash of our
# own is needed. Only the shape that pnpm writes is understood; whatever else stands there is an error, never a guess.
{ lib }:
let
  inherit (builtins) elemAt filter genericClosure head length listToAttrs match stringLength substring;

  ### YAML as pnpm writes it: block maps two columns deep each, flow maps on one line, quotes where they must be.

  unquote = text:
    let quoted = match "'(.*)'" text; in
    if quoted == null then text else lib.replaceStrings [ "''" ] [ "'" ] (head quoted);

  # "key: value" or "key:". List items and the rest of folded texts are nothing we need.
  keyAndValue = text:
    let parts = lib.splitString ": " text; in
    if lib.hasPrefix "- " text then null
    else if lib.hasSuffix ":" text then { key = unquote (lib.removeSuffix ":" text); value = null; }
    else if length parts < 2 then null
    else { key = unquote (head parts); value = lib.concatStringsSep ": " (lib.tail parts); };

  toRow = line:
    let
      parts = match "( *)([^ ].*)" line;
      row = if parts == null then null else keyAndValue (elemAt parts 1);
    in
    lib.optional (row != null) (row // { indent = stringLength (head parts); });

  # The map whose keys stand in column `indent`; what stands deeper belongs to the key above it.
  mapAt = indent: rows:
    let
      count = length rows;
      starts = filter (index: (elemAt rows index).indent == indent) (lib.range 0 (count - 1));
      entry = nth:
        let
          start = elemAt starts nth;
          end = if nth + 1 < length starts then elemAt starts (nth + 1) else count;
          row = elemAt rows start;
        in
        lib.nameValuePair row.key (
          if end - start > 1 then mapAt (indent + 2) (lib.sublist (start + 1) (end - start - 1) rows) else scalar row.value
        );
    in
    listToAttrs (map entry (lib.range 0 (length starts - 1)));

  scalar = value:
    let flow = if value == null then null else match "[{](.*)[}]" value; in
    if value == null then { }
    else if flow == null then unquote value
    else if head flow == "" then { }
    else
      listToAttrs (map
        (text: let pair = keyAndValue text; in lib.nameValuePair pair.key (unquote pair.value))
        (lib.splitString ", " (head flow)));

  parse = text: mapAt 0 (lib.concatMap toRow (lib.splitString "\n" text));

  ### What the keys mean.

  # "packages/service" and "../domain" give "packages/domain".
  joinPath = base: relative:
    let
      step = path: part: if part == ".." then lib.init path else if part == "." || part == "" then path else path ++ [ part ];
    in
    lib.concatStringsSep "/" (lib.foldl' step [ ] (lib.splitString "/" base ++ lib.splitString "/" relative));

  # "ws@8.23.0(bufferutil@4.0.9)": the name of a snapshot; the package is what stands before its peers.
  packageOf = snapshot: head (lib.splitString "(" snapshot);
  nameOf = package:
    let parts = match "(@?[^@]+)@.+" package; in
    if parts == null then throw "pnpm-lock.yaml: '${package}' is no package with a version" else head parts;
  versionOf = package: substring (stringLength (nameOf package) + 1) (-1) package;

  closure = start: next: map ({ key }: key) (genericClosure {
    startSet = map (key: { inherit key; }) start;
    operator = { key }: map (key: { inherit key; }) (next key);
  });
in
text:
let
  lock = parse text;

  resolve = name: version:
    let plain = "${name}@${version}"; in
    if lock.snapshots ? ${plain} then plain
    else if lock.snapshots ? ${version} then version # an alias: "npm:other@1.2.3"
    else throw "pnpm-lock.yaml: nothing is resolved for ${plain}";
in
assert lib.assertMsg (lock.lockfileVersion == "9.0")
  "pnpm-lock.yaml: lockfileVersion is ${lock.lockfileVersion}; accepted: 9.0";
assert lib.assertMsg (!(lock ? patchedDependencies)) "pnpm-lock.yaml: patchedDependencies are not supported";
rec {
  inherit lock;

  # The registry package of a snapshot, with its SRI hash.
  package = snapshot:
    let
      key = packageOf snapshot;
      resolution = (lock.packages.${key} or (throw "pnpm-lock.yaml: no entry for ${key}")).resolution;
    in
    {
      name = nameOf key;
      version = versionOf key;
      integrity = resolution.integrity
        or (throw "pnpm-lock.yaml: ${key} has no integrity; packages from git or from files are not supported");
    };

  # Snapshots that a snapshot needs, by the name it imports them under. Optional ones are native add-ons: a bundle has none.
  dependenciesOf = snapshot: lib.mapAttrs resolve (lock.snapshots.${snapshot}.dependencies or { });

  # What a package of the workspace needs in production: folders of the workspace, and snapshots.
  importer = folder:
    let
      versions = lib.mapAttrs (_: dependency: dependency.version) (lock.importers.${folder}.dependencies or { });
      isLink = lib.hasPrefix "link:";
    in
    {
      workspace = lib.mapAttrs (_: version: joinPath folder (lib.removePrefix "link:" version))
        (lib.filterAttrs (_: isLink) versions);
      external = lib.mapAttrs resolve (lib.filterAttrs (_: version: !isLink version) versions);
    };

  # Every folder of the workspace that a folder needs, itself included.
  importersOf = folder: closure [ folder ] (key: lib.attrValues (importer key).workspace);

  # Every snapshot that a folder needs, directly or not.
  snapshotsOf = folder:
    closure (lib.concatMap (key: lib.attrValues (importer key).external) (importersOf folder))
      (key: lib.attrValues (dependenciesOf key));
}
