{
  description = "Organization service: event-sourced replicas on NATS JetStream, for Proxmox LXC, NixOS containers and nix-darwin";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      forSystems = systems: f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      linux = [ "x86_64-linux" "aarch64-linux" ];
      everywhere = linux ++ [ "aarch64-darwin" ];
    in
    {
      packages = lib.recursiveUpdate
        (forSystems everywhere (pkgs: rec {
          default = organization-service;
          organization-service = pkgs.callPackage ./nix/package.nix { };
          organization-cli = pkgs.callPackage ./nix/package.nix {
            folder = "packages/organization-cli";
            program = "organization";
          };
        }))
        { x86_64-linux.organization-lxc = self.nixosConfigurations.organization-lxc.config.system.build.tarball; };

      apps = lib.genAttrs everywhere (system: rec {
        default = organization-service;
        organization-service = {
          type = "app";
          program = lib.getExe self.packages.${system}.organization-service;
        };
        organization = {
          type = "app";
          program = lib.getExe self.packages.${system}.organization-cli;
        };
      });

      # Sets and not bare paths, so that a module that is also imported as a file is still taken once.
      nixosModules = {
        default.imports = [ ./nix/module.nix ];
        container.imports = [ ./nix/container.nix ];
        proxmox-lxc.imports = [ ./nix/proxmox-lxc.nix ];
      };

      darwinModules.default.imports = [ ./nix/darwin-module.nix ];

      nixosConfigurations.organization-lxc = lib.nixosSystem {
        modules = [
          ./nix/proxmox-lxc.nix
          {
            nixpkgs.hostPlatform = "x86_64-linux";
            services.cim-domain-organization.enable = true;
          }
        ];
      };

      devShells = forSystems everywhere (pkgs: {
        default = pkgs.mkShell {
          # What npm start and npm test look for on PATH, and what the deployment guide uses.
          packages = [
            pkgs.nodejs_24
            pkgs.git
            pkgs.nats-server
            pkgs.natscli
            pkgs.sops
            pkgs.age
          ];
        };
      });

      formatter = forSystems everywhere (pkgs: pkgs.nixfmt);

      checks = lib.foldl' lib.recursiveUpdate { } [
        (forSystems everywhere (pkgs: import ./nix/tests/packages.nix { inherit pkgs self; }))
        (forSystems linux (pkgs: {
          unit = import ./nix/tests/unit.nix { inherit lib pkgs self; };
          replicas = pkgs.testers.runNixOSTest (import ./nix/tests/replicas.nix { inherit self; });
        }))
        { x86_64-linux = { inherit (self.packages.x86_64-linux) organization-lxc; }; }
      ];
    };
}
