# NixOS virtual machines: one broker, three replicas. Needs KVM, and the packages of nixpkgs.
{ self }:
{ lib, pkgs, ... }:
let
  replica = {
    imports = [ self.nixosModules.default ];
    services.cim-domain-organization = {
      enable = true;
      natsUrl = "nats://broker:4222";
      logLevel = "debug";
    };
  };
in
{
  name = "organization-replicas";

  nodes = {
    broker = {
      services.nats = {
        enable = true;
        jetstream = true;
        settings.host = lib.mkForce "0.0.0.0";
      };
      networking.firewall.allowedTCPPorts = [ 4222 ];
      environment.systemPackages = [
        pkgs.jq
        pkgs.natscli
        self.packages.${pkgs.stdenv.hostPlatform.system}.organization-cli
      ];
    };
  }
  // lib.genAttrs [ "replica1" "replica2" "replica3" ] (_: replica);

  testScript = ''
    unit = "cim-domain-organization.service"
    replicas = [replica1, replica2, replica3]

    def create(number):
        # With ids of its own a command that is sent again takes effect once.
        ids = f"--id 0198c0de-0000-7000-8000-{number:012} --command-id 0198c0de-1000-7000-8000-{number:012}"
        broker.wait_until_succeeds(f"organization create 'Company {number}' {ids} --timeout 30", timeout=120)

    def stored():
        return int(broker.succeed("nats stream info ORGANIZATION_EVENTS --json | jq .state.messages"))

    # In no order: replicas wait for the broker, without being started again.
    start_all()
    broker.wait_for_unit("nats.service")
    broker.wait_for_open_port(4222)
    for replica in replicas:
        replica.wait_for_unit(unit)
        assert replica.succeed(f"systemctl show --property=NRestarts --value {unit}").strip() == "0"
        replica.succeed(f"systemd-analyze security --threshold=15 --no-pager {unit}")

    for number in range(20):
        create(number)
    assert stored() == 20, stored()

    # A replica may vanish.
    replica2.crash()
    for number in range(20, 30):
        create(number)

    # The broker may be started again: nobody else is.
    broker.systemctl("restart nats.service")
    broker.wait_for_open_port(4222)
    for number in range(30, 40):
        create(number)
    assert stored() == 40, stored()
    for replica in (replica1, replica3):
        assert replica.succeed(f"systemctl show --property=NRestarts --value {unit}").strip() == "0"

    # One that hangs is.
    replica3.succeed(f"systemctl kill --signal=SIGSTOP {unit}")
    replica3.wait_until_succeeds(f"test $(systemctl show --property=NRestarts --value {unit}) -ge 1", timeout=120)
    replica3.wait_for_unit(unit)

    # A stop is clean.
    replica1.succeed(f"systemctl stop {unit}")
    for name, value in (("ActiveState", "inactive"), ("Result", "success")):
        assert replica1.succeed(f"systemctl show --property={name} --value {unit}").strip() == value
  '';
}
