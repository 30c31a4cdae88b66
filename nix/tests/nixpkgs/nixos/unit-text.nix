# A service as the text of its unit, as NixOS writes it: packages in `path` become PATH, a list is a setting given several times.
{ lib }:
service:
let
  show = value: if lib.isBool value then lib.boolToString value else toString value;
  lines = section: lib.concatLists (lib.mapAttrsToList
    (name: value: map (each: "${name}=${show each}") (if lib.isList value then value else [ value ]))
    section);
  words = name: list: lib.optional (list != [ ]) "${name}=${toString list}";
  environment = { PATH = lib.concatMapStringsSep ":" (package: "${package}/bin") service.path; } // service.environment;
in
lib.concatStringsSep "\n" (
  [ "[Unit]" "Description=${service.description}" ]
  ++ words "After" service.after
  ++ words "Wants" service.wants
  ++ lib.optional (service.startLimitIntervalSec != null) "StartLimitIntervalSec=${show service.startLimitIntervalSec}"
  ++ lines service.unitConfig
  ++ [ "" "[Service]" ]
  ++ lib.mapAttrsToList (name: value: "Environment=${builtins.toJSON "${name}=${value}"}") environment
  ++ lines service.serviceConfig
  ++ [ "" ]
)
