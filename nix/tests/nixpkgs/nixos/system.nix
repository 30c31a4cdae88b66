# A NixOS made of modules, as far as its options are known here.
{ lib, pkgs, modules }:
lib.evalModules {
  specialArgs.modulesPath = toString ./modules;
  modules = [
    (import ./options.nix { inherit lib; })
    (import ./containers.nix { inherit lib pkgs; })
    {
      _module.args = { inherit pkgs; };
      system.build.toplevel = pkgs.writeText "toplevel" "a system";
    }
  ]
  ++ modules;
}
