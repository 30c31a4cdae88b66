# Imported by the host of NixOS containers. What a host imports does not reach into its containers, so every container whose
# name starts with organization-service is given the module here; others are left alone.
{ lib, ... }:
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (
      lib.types.submodule (
        { name, ... }:
        {
          config.config = lib.mkIf (lib.hasPrefix "organization-service" name) {
            imports = [ ./module.nix ./guest.nix ];
          };
        }
      )
    );
  };
}
