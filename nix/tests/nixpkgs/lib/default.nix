# A stand-in for the part of nixpkgs' lib that nix/*.nix use, so that they are evaluated where nixpkgs cannot be fetched: the
# same names, and the same results for our modules. It knows nothing more.
let
  inherit (builtins) filter length listToAttrs map split stringLength;

  lists = rec {
    inherit (builtins) all any concatLists concatMap elem elemAt filter foldl' genList head isList length tail;
    range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
    sublist = start: count: list: map (elemAt list) (range start (start + count - 1));
    init = list: sublist 0 (length list - 1) list;
    optional = condition: value: if condition then [ value ] else [ ];
  };

  strings = rec {
    inherit (builtins) concatStringsSep replaceStrings substring isString;
    concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix = suffix: text:
      let from = stringLength text - stringLength suffix; in from >= 0 && substring from (-1) text == suffix;
    hasInfix = infix: text: length (splitString infix text) > 1;
    removePrefix = prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
    removeSuffix = suffix: text:
      if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
    escapeRegex =
      let special = [ "\\" "^" "$" "." "*" "+" "?" "|" "(" ")" "[" "{" "}" "]" ]; in
      replaceStrings special (map (character: "\\${character}") special);
    splitString = separator: text: filter isString (split (escapeRegex separator) text);
    escapeShellArg = text: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
    boolToString = value: if value then "true" else "false";
  };

  attrsets = rec {
    inherit (builtins) attrNames attrValues isAttrs isBool mapAttrs removeAttrs;
    nameValuePair = name: value: { inherit name value; };
    genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
    filterAttrs = keep: set: removeAttrs set (filter (name: !keep name set.${name}) (attrNames set));
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    optionalAttrs = condition: set: if condition then set else { };
    recursiveUpdate = left: right:
      left
      // mapAttrs
        (name: value: if isAttrs value && isAttrs (left.${name} or null) then recursiveUpdate left.${name} value else value)
        right;
  };

  others = {
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    assertMsg = condition: message: condition || throw message;
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    literalExpression = text: { _type = "literalExpression"; inherit text; };
    licenses.mit.spdxId = "MIT";
    platforms.unix = [ ];
    fetchers.proxyImpureEnvVars = [ "http_proxy" "https_proxy" "all_proxy" "no_proxy" "NIX_SSL_CERT_FILE" ];
    sources.cleanSourceWith = { src, filter, name }: builtins.path { path = src; inherit filter name; };
  };

  lib = lists // strings // attrsets // others // modules // { inherit types; };
  modules = import ./modules.nix { inherit lib; };
  types = import ./types.nix { inherit lib; };
in
lib
