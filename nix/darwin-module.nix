# nix-darwin: the service under launchd. Where the system has a primary user it is an agent of that user, so that plain
# `launchctl list`, `stop` and `start` reach it; otherwise it is a daemon, run as nobody, and they need sudo.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.cim-domain-organization;
  environment = import ./environment.nix { inherit lib cfg; };
  isAgent = config.system.primaryUser != null;

  job = logFile: {
    # nix-darwin waits for /nix/store before it starts this.
    command = lib.getExe cfg.package;
    environment = environment.variables // environment.files;
    serviceConfig = {
      Label = "com.cim.organization-service";
      RunAtLoad = true;
      # Started again after a failure only: `launchctl stop` ends the service with exit code 0, and it stays ended.
      KeepAlive.SuccessfulExit = false;
      ThrottleInterval = 5;
      # The service gives commands in flight 20 s.
      ExitTimeOut = 30;
      StandardOutPath = logFile;
      StandardErrorPath = logFile;
    };
  };
in
{
  options.services.cim-domain-organization = import ./options.nix {
    inherit lib pkgs;
    natsUrlDefault = "nats://localhost:4222";
  };

  config = lib.mkIf cfg.enable {
    inherit (environment) assertions warnings;

    launchd.user.agents = lib.mkIf isAgent {
      organization-service = job "${config.system.primaryUserHome}/Library/Logs/organization-service.log";
    };
    launchd.daemons = lib.mkIf (!isAgent) {
      organization-service = lib.mkMerge [
        (job "/var/log/organization-service.log")
        { serviceConfig.UserName = "nobody"; }
      ];
    };
  };
}
