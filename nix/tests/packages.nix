# Checks of the flake that run the packages, as far as they run without a broker.
{ pkgs, self }:
let
  inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) organization-cli organization-service;
in
{
  inherit organization-service;

  service-refuses-bad-settings = pkgs.runCommand "service-refuses-bad-settings" { } ''
    if NATS_URL=http://nats ${pkgs.lib.getExe organization-service} > said; then
      echo "accepted NATS_URL=http://nats"; exit 1
    fi
    grep 'NATS_URL: given' said | tee $out
  '';

  organization-cli = pkgs.runCommand "organization-cli" { } ''
    ${pkgs.lib.getExe organization-cli} --version | tee $out
    ${pkgs.lib.getExe organization-cli} --help | grep -- send
    code=0
    ${pkgs.lib.getExe organization-cli} show nonsense || code=$?
    [ $code = 2 ] || { echo "exit code $code for a bad argument"; exit 1; }
  '';
}
