import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Nix, root } from "./Nix.ts"

const isSkipped = Nix.skipped("flake", Nix.obstacle)
const isBuildSkipped = Nix.skipped("builds of the flake", Nix.buildObstacle)
const minutes = { timeout: 180_000 }

describe.skipIf(isSkipped)("flake", () => {
  it.live("every Nix file is well formed", () =>
    Effect.gen(function*() {
      const files = Nix.files(".nix")
      assert.includeMembers(files, ["flake.nix", "nix/module.nix", "nix/tests/replicas.nix"])
      for (const file of files) yield* Nix.nix("nix-instantiate", "--parse", file)
    }), minutes)

  it.live("offers what was promised", () =>
    Effect.gen(function*() {
      const shown = JSON.parse(yield* Nix.nix("nix", "flake", "show", "--json", ...Nix.standIn))
      const names = (output: string, system: string) => Object.keys(shown[output][system])
      for (const system of ["x86_64-linux", "aarch64-linux", "aarch64-darwin"]) {
        assert.includeMembers(names("packages", system), ["default", "organization-service", "organization-cli"])
        assert.sameMembers(names("apps", system), ["default", "organization-service", "organization"])
        assert.sameMembers(names("devShells", system), ["default"])
        assert.isDefined(shown.formatter[system])
      }
      assert.include(names("packages", "x86_64-linux"), "organization-lxc")
      assert.sameMembers(names("checks", "x86_64-linux"), [
        "organization-service",
        "service-refuses-bad-settings",
        "organization-cli",
        "organization-lxc",
        "unit",
        "replicas"
      ])
      assert.sameMembers(Object.keys(shown.nixosModules), ["default", "container", "proxmox-lxc"])
      assert.include(Object.keys(shown.nixosConfigurations), "organization-lxc")
      assert.isDefined(shown.darwinModules)
    }), minutes)

  it.live(
    "evaluates as a whole, with all checks and the virtual machines",
    () => Nix.nix("nix", "flake", "check", "--no-build", ...Nix.standIn),
    minutes
  )

  it.live.skipIf(isBuildSkipped)("organization-lxc is a tarball of the promised name", () =>
    Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "flake-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true }))
      )
      const result = join(folder, "result")
      yield* Nix.nix("nix", "build", ".#organization-lxc", "--out-link", result, ...Nix.standIn)
      assert.deepStrictEqual(readdirSync(join(result, "tarball")), ["nixos-system-x86_64-linux.tar.xz"])
    }), minutes)
})

it.effect("the lock pins the one input", () =>
  Effect.sync(() => {
    const lock = JSON.parse(readFileSync(join(root, "flake.lock"), "utf8"))
    assert.deepStrictEqual(Object.keys(lock.nodes), ["nixpkgs", "root"])
    assert.match(lock.nodes.nixpkgs.locked.narHash, /^sha256-/)
    assert.match(
      readFileSync(join(root, "flake.nix"), "utf8"),
      /inputs\.nixpkgs\.url = "github:NixOS\/nixpkgs\/nixos-unstable"/
    )
    assert.strictEqual(lock.nodes.nixpkgs.original.ref, "nixos-unstable")
  }))
