# The Proxmox LXC template. One image serves every replica: address and host name come from `pct create`, unless containerIp
# fixes the address.
{ config, lib, pkgs, modulesPath, ... }:
let
  cfg = config.services.cim-domain-organization;
in
{
  imports = [ "${modulesPath}/virtualisation/proxmox-lxc.nix" ./module.nix ./guest.nix ];

  proxmoxLXC.manageNetwork = cfg.containerIp != null;
  proxmoxLXC.manageHostName = false;
  # Empty is whatever Proxmox wrote to /etc/hostname.
  networking.hostName = lib.mkDefault "";

  # Since 25.05 NixOS puts its release into the name of the file; operators were promised one without.
  image.baseName = lib.mkForce "nixos-system-${pkgs.stdenv.hostPlatform.system}";

  # `pct exec 141 -- systemctl …` looks along the PATH of the Proxmox host, where NixOS has nothing.
  systemd.tmpfiles.rules = [ "L+ /usr/local/bin - - - - /run/current-system/sw/bin" ];

  # What an unprivileged container may not mount.
  systemd.suppressedSystemUnits = [ "dev-mqueue.mount" "sys-kernel-debug.mount" "sys-fs-fuse-connections.mount" ];

  documentation.enable = lib.mkDefault false;
}
