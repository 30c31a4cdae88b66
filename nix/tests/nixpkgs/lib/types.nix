# Types of options: `check` one definition, `merge` all of them. A refusal names the option and what is accepted.
{ lib }:
let
  inherit (builtins) all concatLists head isAttrs isBool isFunction isInt isList isString length match toJSON;
  inherit (lib) attrNames concatMap concatStringsSep elem filter foldl' genAttrs hasPrefix;

  show = location: concatStringsSep "." location;

  equal = location: values:
    if all (value: value == head values) values then head values
    else throw "The option `${show location}' has conflicting definition values";
  type = description: check: { inherit description check; merge = equal; };

  types = rec {
    str = type "string" isString;
    bool = type "boolean" isBool;
    int = type "signed integer" isInt;
    package = type "package" (value: isAttrs value && value.type or null == "derivation");
    enum = values: type "one of ${concatStringsSep ", " (map toJSON values)}" (value: elem value values);
    strMatching = pattern: type "string matching the pattern ${pattern}" (value: isString value && match pattern value != null);
    externalPath = type "absolute path not in the Nix store"
      (value: isString value && hasPrefix "/" value && !hasPrefix "${builtins.storeDir}/" value);
    addCheck = inner: check: inner // { check = value: inner.check value && check value; };
    ints.between = low: high: type "integer between ${toString low} and ${toString high} (both inclusive)"
      (value: isInt value && value >= low && value <= high);
    lines = type "strings concatenated with \"\\n\"" isString // { merge = _: concatStringsSep "\n"; };

    # Whatever it is; sets and lists are joined.
    anything = type "anything" (_: true) // {
      merge = location: values:
        if all (value: isAttrs value && !(value ? outPath)) values then (attrsOf anything).merge location values
        else if all isList values then concatLists values
        else equal location values;
    };

    nullOr = inner: type "null or ${inner.description}" (value: value == null || inner.check value) // {
      merge = location: values: if all (value: value == null) values then null else inner.merge location values;
    };
    either = left: right: type "${left.description} or ${right.description}" (value: left.check value || right.check value) // {
      merge = location: values: (if all left.check values then left else right).merge location values;
    };
    oneOf = choices: foldl' either (head choices) (builtins.tail choices);
    listOf = inner: type "list of ${inner.description}" isList // {
      merge = location: values: map (lib.checkedBy inner location) (concatLists values);
    };
    attrsOf = inner: type "attribute set of ${inner.description}" isAttrs // {
      inherit inner;
      merge = location: values:
        let
          defined = name: concatMap (value: lib.discharge 100 value.${name}) (filter (value: value ? ${name}) values);
          names = filter (name: defined name != [ ]) (attrNames (foldl' (joined: value: joined // value) { } values));
        in
        genAttrs names (name: lib.mergeDefinitions inner (location ++ [ name ]) (defined name));
    };

    submodule = module: submoduleOf [ module ];
    submoduleOf = modules: type "submodule" (value: isAttrs value || isFunction value) // {
      inherit modules;
      merge = location: values:
        (lib.evalModules {
          modules = modules ++ map (value: if isFunction value then value else { config = value; }) values;
          specialArgs.name = builtins.elemAt location (length location - 1);
          prefix = location;
        }).config;
    };
  };
in
types
