# Options and modules: definitions with properties (mkIf, mkMerge, priorities), options declared in several places, types.
{ lib }:
let
  inherit (builtins) attrNames filter head isAttrs isFunction isPath isString mapAttrs removeAttrs;
  inherit (lib) concatMap concatStringsSep elem filterAttrs foldl' optional types;

  isProperty = value: isAttrs value && elem (value._type or null) [ "if" "merge" "override" ];
  isOption = value: isAttrs value && value._type or null == "option";
  show = location: concatStringsSep "." location;
  union = foldl' (joined: set: joined // set) { };

  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };

  # A definition as a list of { priority, value }: conditions decided, merges taken apart.
  discharge = priority: definition:
    if !isProperty definition then [ { inherit priority; value = definition; } ]
    else if definition._type == "if" then (if definition.condition then discharge priority definition.content else [ ])
    else if definition._type == "merge" then concatMap (discharge priority) definition.contents
    else discharge definition.priority definition.content;

  # A definition of a set as a set of definitions, so that it can be asked for one name without deciding its conditions.
  pushDown = definition:
    if !isProperty definition then definition
    else if definition._type == "if" then mapAttrs (_: mkIf definition.condition) (pushDown definition.content)
    else if definition._type == "override" then mapAttrs (_: mkOverride definition.priority) (pushDown definition.content)
    else
      let sets = map pushDown definition.contents; in
      mapAttrs (name: _: mkMerge (concatMap (set: optional (set ? ${name}) set.${name}) sets)) (union sets);

  checkedBy = type: location: value:
    if type.check value then value
    else
      throw "A definition for option `${show location}' is not of type `${type.description}'. Definition values: ${
        if isFunction value then "<function>" else builtins.toJSON value
      }";

  # Only the definitions of the strongest priority count; that is the lowest number.
  mergeDefinitions = type: location: definitions:
    let
      strongest = foldl' (least: definition: if definition.priority < least then definition.priority else least) 9999 definitions;
      values = map (definition: checkedBy type location definition.value)
        (filter (definition: definition.priority == strongest) definitions);
    in
    type.merge location values;

  # One option declared twice: sets of submodules get the modules of both. Nothing else may be.
  joinTypes = location: left: right:
    if left ? modules && right ? modules then types.submoduleOf (left.modules ++ right.modules)
    else if left ? inner && right ? inner then types.attrsOf (joinTypes location left.inner right.inner)
    else throw "The option `${show location}' is declared twice";
  joinOptions = location: left: right:
    if isOption left && isOption right then left // right // { type = joinTypes location left.type right.type; }
    else if isOption left || isOption right then throw "`${show location}' is an option and a set of options"
    else left // mapAttrs (name: value: if left ? ${name} then joinOptions (location ++ [ name ]) left.${name} value else value) right;

  evalModules = { modules, specialArgs ? { }, prefix ? [ ] }:
    let
      arguments = { inherit lib config options; pkgs = moduleArguments.pkgs or (throw "no pkgs here"); } // specialArgs;
      isFile = module: isPath module || isString module;
      load = module: if isFile module then load (import module) else if isFunction module then module arguments else module;
      normalize = module:
        let isLong = module ? config || module ? options; in
        {
          imports = module.imports or [ ];
          options = if isLong then module.options or { } else { };
          config = if isLong then module.config or { } else removeAttrs module [ "imports" "freeformType" ];
          freeformType = module.freeformType or null;
        };

      # Every module with its imports; a file is taken once, however often it is imported.
      collect = foldl'
        (sofar: module:
          let
            file = optional (isFile module) (toString module);
            loaded = normalize (load module);
            inner = collect { files = sofar.files ++ file; list = [ ]; } loaded.imports;
          in
          if file != [ ] && elem (head file) sofar.files then sofar
          else { inherit (inner) files; list = sofar.list ++ inner.list ++ [ loaded ]; });
      all = (collect { files = [ ]; list = [ ]; } modules).list;

      declared = foldl' (joinOptions prefix) { } (map (module: module.options) all);
      freeformType = foldl' (found: module: if module.freeformType == null then found else module.freeformType) null all;
      definitions = map (module: module.config) all;
      moduleArguments = union (map (definition: if isProperty definition then { } else definition._module.args or { }) definitions);

      definitionsOf = name: concatMap (definition: optional (definition ? ${name}) definition.${name});
      isDefined = definitions: concatMap (discharge 100) definitions != [ ];

      configOf = location: options: definitions:
        let
          sets = map pushDown definitions;
          given = removeAttrs (union sets) [ "_module" ];
          free = filterAttrs (name: _: !(options ? ${name}) && isDefined (definitionsOf name sets)) given;
          rest =
            if free == { } then { }
            else if freeformType != null && location == prefix then
              freeformType.merge location (map (filterAttrs (name: _: free ? ${name})) sets)
            else throw "The option `${show (location ++ [ (head (attrNames free)) ])}' does not exist.";
        in
        mapAttrs (name: option: (if isOption option then valueOf else configOf) (location ++ [ name ]) option (definitionsOf name sets)) options
        // rest;

      valueOf = location: option: definitions:
        let
          default = optional (option ? default) { priority = 1500; value = option.default; };
          found = concatMap (discharge 100) definitions ++ default;
        in
        if found == [ ] then throw "The option `${show location}' was accessed but has no value defined."
        else mergeDefinitions option.type location found;

      options = mapAttrs
        (name: option: option // { isDefined = isDefined (definitionsOf name (map pushDown definitions)); })
        declared;
      config = configOf prefix declared definitions;
    in
    { inherit config options; };
in
{
  inherit checkedBy discharge evalModules mergeDefinitions mkIf mkMerge mkOverride;
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  mkOption = attributes: { _type = "option"; type = types.anything; } // attributes;
  mkEnableOption = what: {
    _type = "option";
    type = types.bool;
    default = false;
    description = "Whether to enable ${what}.";
  };
  mkOptionType = { name, merge }: {
    description = name;
    check = _: true;
    # nixpkgs hands over where each value was defined as well.
    merge = location: values: merge location (map (value: { inherit value; }) values);
  };
}
