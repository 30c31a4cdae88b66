# The options of nix-darwin that our module sets, and a system made of modules.
{ lib, pkgs, modules }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  jobs = option
    (types.attrsOf (
      types.submodule {
        options = {
          command = option types.str "";
          environment = option (types.attrsOf types.str) { };
          serviceConfig = option types.anything { };
        };
      }
    ))
    { };
in
lib.evalModules {
  modules = [
    {
      options = {
        assertions = option (types.listOf types.anything) [ ];
        warnings = option (types.listOf types.str) [ ];
        launchd.daemons = jobs;
        launchd.user.agents = jobs;
        system.primaryUser = option (types.nullOr types.str) null;
        system.primaryUserHome = option types.str "/primary";
      };
      config._module.args = { inherit pkgs; };
    }
  ]
  ++ modules;
}
