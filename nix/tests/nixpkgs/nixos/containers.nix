# NixOS containers: `config` of each is a NixOS of its own, whose modules are the values it was given.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
in
{
  options.containers = mkOption {
    default = { };
    type = types.attrsOf (
      types.submodule (
        { name, options, ... }:
        {
          options = lib.genAttrs [ "autoStart" "privateNetwork" "restartIfChanged" ] (_: mkOption { type = types.bool; default = false; })
            // lib.genAttrs [ "hostAddress" "localAddress" ] (_: mkOption { type = types.nullOr types.str; default = null; })
            // {
            bindMounts = mkOption { type = types.anything; default = { }; };
            path = mkOption { type = types.str; };
            config = mkOption {
              type = lib.mkOptionType {
                name = "Toplevel NixOS config";
                merge = _: definitions:
                  (import ./system.nix {
                    inherit lib pkgs;
                    modules = [
                      {
                        networking.hostName = lib.mkDefault name;
                        networking.useDHCP = false;
                      }
                    ]
                    ++ map (definition: definition.value) definitions;
                  }).config;
              };
            };
          };
          config.path = lib.mkIf options.config.isDefined "the system made of config";
        }
      )
    );
  };
}
