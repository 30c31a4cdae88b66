{
  description = "A stand-in for nixpkgs, to check this flake without network: --override-input nixpkgs path:nix/tests/nixpkgs";

  outputs = { self }:
    let
      lib = import ./lib;
      pkgsOf = system: import ./pkgs.nix { inherit lib system; };
    in
    {
      lib = lib // {
        nixosSystem = { modules }: import ./nixos/system.nix {
          inherit lib modules;
          pkgs = pkgsOf "x86_64-linux";
        };
      };
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ] pkgsOf;
    };
}
