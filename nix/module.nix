# NixOS: the service as a systemd unit. Nothing here about networks, ssh or containers; that is nix/guest.nix.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.cim-domain-organization;
  environment = import ./environment.nix { inherit lib cfg; };
in
{
  options.services.cim-domain-organization = import ./options.nix {
    inherit lib pkgs;
    natsUrlDefault = "nats://10.0.0.41:4222";
  };

  config = lib.mkIf cfg.enable {
    inherit (environment) assertions warnings;

    systemd.services.cim-domain-organization = {
      description = "Organization service";
      wantedBy = [ "multi-user.target" ];
      # Only so that the network outlives the service at shutdown. The service itself waits for whatever is not there yet.
      after = [ "network.target" ];

      # systemd-notify: Node cannot write to a datagram socket itself.
      path = [ config.systemd.package ];

      # A % of the operator is no specifier of systemd; the one in %d is.
      environment = lib.mapAttrs (_: lib.replaceStrings [ "%" ] [ "%%" ]) environment.variables
        // lib.mapAttrs (variable: _: "%d/${variable}") environment.files;

      # Never give up: a missing secret may come.
      startLimitIntervalSec = 0;

      # Until the broker is there the unit is `activating`. Whoever waits for it, a boot or a switch, goes on after this time;
      # the unit is left as it is, and becomes `active` when the broker comes. Less than the minute that the host of a NixOS
      # container gives the container to start. More than TimeoutStopSec: a restart that is given up while the old process
      # still stops would start no new one.
      unitConfig.JobRunningTimeoutSec = "40s";

      serviceConfig = {
        ExecStart = lib.getExe cfg.package;

        # READY=1 once commands reach the process. Until then, and then within each WatchdogSec, the process says that it
        # lives, whether the broker is there or not; one that does not is killed and started again.
        Type = "notify";
        NotifyAccess = "all"; # systemd-notify is a process of its own
        TimeoutStartSec = "60s";
        WatchdogSec = "30s";

        Restart = "always";
        RestartSec = "1s";
        RestartSteps = 6;
        RestartMaxDelaySec = "30s";

        # SIGTERM drains: 20 s for commands in flight, 2 s to close each of three connections, 1 s each for spans and metrics.
        KillMode = "mixed";
        TimeoutStopSec = "30s";

        # Systemd would not say which file is missing. 255 is a failure, and so tried again; anything else would be a unit that
        # need not run.
        ExecCondition = lib.mapAttrsToList
          (variable: path: "+${pkgs.runtimeShell} -c 'test -f ${path} || { echo ${variable}: ${path} is missing; exit 255; }'")
          environment.files;
        # Copies that only the service can read, wherever the files come from and whoever owns them.
        LoadCredential = lib.mapAttrsToList (variable: path: "${variable}:${path}") environment.files;
        # A core would hold them.
        LimitCORE = 0;

        DynamicUser = true;
        NoNewPrivileges = true;
        CapabilityBoundingSet = "";
        AmbientCapabilities = "";
        UMask = "0077";
        RemoveIPC = true;

        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        PrivateDevices = true;
        PrivateMounts = true;
        PrivateUsers = true;
        ProtectClock = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectControlGroups = true;
        ProtectProc = "invisible";

        RestrictAddressFamilies = [ "AF_INET" "AF_INET6" "AF_UNIX" ];
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        LockPersonality = true;
        # No MemoryDenyWriteExecute: V8 compiles to memory that it then runs. No ProcSubset=pid: Node would see no processors.

        SystemCallArchitectures = "native";
        # @pkey: V8 guards its code pages with protection keys where the processor has them. An error instead of a kill: Node
        # tries calls that it can do without.
        SystemCallFilter = [ "@system-service" "@pkey" "~@privileged @resources" ];
        SystemCallErrorNumber = "EPERM";
      };
    };
  };
}
