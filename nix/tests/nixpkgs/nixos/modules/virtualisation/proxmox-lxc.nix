# What of nixpkgs' module for Proxmox LXC meets ours: its options, its name for the file, and its settings of the same options.
{ config, lib, ... }:
let
  inherit (lib) mkDefault mkForce mkIf mkOption types;
  cfg = config.proxmoxLXC;
in
{
  options.proxmoxLXC = lib.genAttrs [ "privileged" "manageNetwork" "manageHostName" ] (_: mkOption {
    type = types.bool;
    default = false;
  });
  config = {
    boot.isContainer = true;
    image.baseName = mkDefault "nixos-image-lxc-proxmox-26.11-x86_64-linux";
    image.fileName = "${config.image.baseName}.tar.xz";
    networking = mkIf (!cfg.manageNetwork) {
      useDHCP = false;
      useHostResolvConf = false;
      useNetworkd = true;
      hostName = mkIf (!cfg.manageHostName) (mkForce "");
    };
    services.openssh.enable = mkDefault true;
    services.openssh.startWhenNeeded = mkDefault true;
    system.build.tarball = derivation {
      name = "tarball";
      system = config.nixpkgs.hostPlatform;
      builder = "/bin/sh";
      args = [
        "-c"
        "PATH=/usr/bin:/bin; mkdir -p $out/tarball; echo ${config.systemd.services.cim-domain-organization.serviceConfig.ExecStart} > $out/tarball/${config.image.fileName}"
      ];
    };
  };
}
