import { Effect } from "effect"
import { execFile, execFileSync, spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { dirname, join } from "node:path"
import process from "node:process"

/** The root of the repository. */
export const root = join(import.meta.dirname, "../../..")

/** Nothing of a machine's own set-up: nobody to build as, no cache to ask, host tools allowed in builds. */
const config = [
  "build-users-group =",
  "experimental-features = nix-command flakes",
  "max-jobs = 4",
  "sandbox = false",
  "substitute = false"
].join("\n")

const isExecutable = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onPath = (name: string) =>
  (process.env["PATH"] ?? "").split(":").some((folder) => folder !== "" && isExecutable(join(folder, name)))

const missing = (names: ReadonlyArray<string>) => {
  const absent = names.filter((name) => !onPath(name))
  return absent.length === 0 ? undefined : `${absent.join(", ")} not installed`
}

const evaluates = () => {
  const env = { ...process.env, NIX_CONFIG: config }
  const { status, stderr } = spawnSync("nix-instantiate", ["--eval", "-E", "1"], { env, encoding: "utf8" })
  return status === 0 ? undefined : `Nix does not evaluate: ${stderr.trim()}`
}

/** Why Nix cannot evaluate here, or nothing. */
const obstacle = missing(["nix", "nix-instantiate", "nix-build"]) ?? evaluates()

/** Why Nix cannot build with this machine's own programs here, or nothing. */
const buildObstacle = obstacle ??
  (process.platform !== "linux" ? "builds with host tools need Linux" : undefined) ??
  (process.getuid?.() !== 0 ? "builds with host tools need root" : undefined) ??
  (isExecutable("/bin/bash") ? undefined : "builds with host tools need /bin/bash") ??
  missing(["npm", "tar", "install"])

/** An overlay over this machine's files, and namespaces that go with their first process. */
const mayMount = () => {
  const script = `set -e; d=$(mktemp -d); trap 'umount -l $d; rmdir $d' EXIT; mount -t tmpfs tmpfs $d; cd $d
    mkdir u w m; mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/m; cd /`
  const namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
  return spawnSync("unshare", [...namespaces, "sh", "-c", script], { stdio: "ignore" }).status === 0
}

/** Why a machine with systemd cannot be booted here, or nothing. */
const bootObstacle = buildObstacle ??
  missing(["systemd-nspawn", "systemd-notify", "nsenter", "setpriv", "unshare", "mount"]) ??
  (mayMount() ? undefined : "no namespaces, or no overlay in them")

/** Why systemd cannot give its opinion of a unit here, or nothing. */
const analyzeObstacle = obstacle ?? missing(["systemd-analyze"])

/** Tests are left out for a reason, which is printed. */
const skipped = (what: string, reason: string | undefined): boolean => {
  if (reason !== undefined) console.log(`skipped: ${what}: ${reason}`)
  return reason !== undefined
}

const run = (program: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.callback<{ readonly code: number; readonly out: string; readonly err: string }>((resume) => {
    const child = execFile(program, args, {
      cwd: root,
      env: { ...process.env, NIX_CONFIG: config, ...env },
      maxBuffer: 64 * 1_048_576
    }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1
      resume(Effect.succeed({ code, out, err }))
    })
    return Effect.sync(() => child.kill("SIGTERM"))
  })

/** Runs one of Nix's programs and gives what it wrote. Dies with its words when it fails. */
const nix = Effect.fnUntraced(function*(program: string, ...args: ReadonlyArray<string>) {
  const { code, err, out } = yield* run(program, args)
  return code === 0 ? out : yield* Effect.die(new Error(`${program} ${args.join(" ")}\n${err}`))
})

/** A Nix file, as JSON data. */
const evaluateAll = (file: string, ...args: ReadonlyArray<string>) =>
  Effect.map(nix("nix-instantiate", "--eval", "--strict", "--json", file, ...args), (json): any => JSON.parse(json))

/** An attribute of a Nix file, as JSON data. */
const evaluate = (file: string, attribute: string, ...args: ReadonlyArray<string>) =>
  evaluateAll(file, "-A", attribute, ...args)

/** What the flake's commands need to use the stand-in for nixpkgs. */
const standIn = ["--override-input", "nixpkgs", `path:${root}/nix/tests/nixpkgs`, "--no-write-lock-file"]

/** The arguments of nix/tests/build.nix. */
const hostTools = () => {
  const path = [join(import.meta.dirname, "../node_modules/.bin"), process.env["PATH"] ?? ""].join(":")
  return ["--argstr", "node", dirname(dirname(process.execPath)), "--argstr", "path", path]
}

/** Builds a package with this machine's own programs; gives its path in the store. */
const build = (attribute: string) =>
  Effect.suspend(() =>
    Effect.map(
      nix("nix-build", "nix/tests/build.nix", "--no-out-link", "-A", attribute, ...hostTools()),
      (out) => out.trim()
    )
  )

/** All files of the repository with this ending, as git knows them. */
const files = (ending: string) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", `*${ending}`], {
    cwd: root,
    encoding: "utf8"
  })
    .split("\n").filter((file) => file !== "")

/** Nix as the tests use it: without network, without a daemon, without anything of the machine's configuration. */
export const Nix = {
  obstacle,
  buildObstacle,
  bootObstacle,
  analyzeObstacle,
  skipped,
  run,
  nix,
  evaluate,
  evaluateAll,
  standIn,
  hostTools,
  build,
  files
}
