# What containers have in common, NixOS container or Proxmox LXC: address, firewall, ssh, journal, and memory.
{ config, lib, ... }:
let
  inherit (lib) mkDefault mkIf mkMerge;
  cfg = config.services.cim-domain-organization;
in
{
  config = mkIf cfg.enable (mkMerge [
    {
      # Nothing listens, so nothing is opened.
      networking.firewall.enable = mkDefault true;

      services.openssh = {
        # Stronger than the default of the Proxmox module, weaker than what an operator writes.
        enable = lib.mkOverride 900 (cfg.sshKeys != [ ]);
        settings.PasswordAuthentication = mkDefault false;
        settings.PermitRootLogin = mkDefault "prohibit-password";
      };
      users.users.root.openssh.authorizedKeys.keys = cfg.sshKeys;

      # A file of its own: the option for journald has another name in each release.
      environment.etc."systemd/journald.conf.d/organization-service.conf".text = "[Journal]\nSystemMaxUse=100M\n";

      # For a container of 512 MB. V8 would go by the memory it sees, which in a container may be that of the host.
      services.cim-domain-organization.settings.NODE_OPTIONS = mkDefault "--max-old-space-size=320";
      # Each thread would keep an arena of its own of what was freed, up to a hundred megabytes in all.
      systemd.services.cim-domain-organization.environment.MALLOC_ARENA_MAX = mkDefault "1";

      system.stateVersion = mkDefault "26.05";
    }
    (mkIf (cfg.containerIp != null) {
      networking = {
        useHostResolvConf = false;
        inherit (cfg) nameservers;
        defaultGateway = { address = cfg.gateway; interface = "eth0"; };
        interfaces.eth0 = {
          useDHCP = false;
          ipv4.addresses = [ { address = cfg.containerIp; inherit (cfg) prefixLength; } ];
        };
      };
    })
  ]);
}
