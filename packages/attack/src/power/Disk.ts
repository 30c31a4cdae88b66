import { Data, Effect, type Scope } from "effect"
import { execFile } from "node:child_process"
import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import process from "node:process"
import { promisify } from "node:util"

/** A disk could not be made, mounted or copied. */
export class DiskError extends Data.TaggedError("DiskError")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}

/** A file system of its own, in an image file that is mounted through a loop device. */
export interface Disk {
  /** Where it is mounted. */
  readonly folder: string
  readonly image: string
  /** Writes that have reached the device so far. What is only in the page cache has not. */
  readonly writes: Effect.Effect<string, DiskError>
  readonly unmount: Effect.Effect<void>
}

/** Sparse: takes only what is written. */
const imageBytes = 4 * 1024 ** 3

const run = promisify(execFile)

const attempt = <A>(evaluate: () => Promise<A>): Effect.Effect<A, DiskError> =>
  Effect.tryPromise({
    try: evaluate,
    catch: (cause) => new DiskError({ detail: cause instanceof Error ? cause.message : String(cause) })
  })

/** Makes an empty disk in `folder`. Unmounted when the scope closes. */
export const makeDisk = Effect.fnUntraced(function*(folder: string, name: string) {
  const image = join(folder, `${name}.img`)
  yield* attempt(async () => {
    await writeFile(image, "")
    await truncate(image, imageBytes)
    await run("mkfs.ext4", ["-q", "-E", "lazy_itable_init=1", image])
  })
  return yield* mountDisk(image)
})

/** Mounts an image, replaying its journal. Unmounted when the scope closes. */
export const mountDisk = (image: string): Effect.Effect<Disk, DiskError, Scope.Scope> =>
  Effect.acquireRelease(
    attempt(async (): Promise<Disk> => {
      const folder = `${image}.mounted`
      await mkdir(folder, { recursive: true })
      await run("mount", ["-o", "loop", image, folder])
      const { stdout } = await run("findmnt", ["-n", "-o", "SOURCE", folder])
      let isMounted = true
      const statistics = join("/sys/block", basename(stdout.trim()), "stat")
      return {
        folder,
        image,
        // The fifth number counts writes.
        writes: attempt(async () => (await readFile(statistics, "utf8")).trim().split(/\s+/)[4] ?? ""),
        unmount: Effect.promise(async () => {
          if (isMounted) await run("umount", [folder])
          isMounted = false
        })
      }
    }),
    (disk) => disk.unmount
  )

/** Copies tried before giving up: the system writes what it has cached every few seconds, a copy takes less. */
const copiesMax = 20

/**
 * Copies images as they are at one instant: copied again when anything was written to any of the devices meanwhile.
 * What their file systems have not written yet is not in the copies, as after a loss of power.
 */
export const copyAtOneInstant = Effect.fnUntraced(function*(disks: ReadonlyArray<Disk>, suffix: string) {
  const writes = Effect.forEach(disks, (disk) => disk.writes)
  const copies = disks.map(({ image }) => `${image}${suffix}`)
  for (let n = 0; n < copiesMax; n++) {
    const before = yield* writes
    yield* attempt(() => Promise.all(disks.map(({ image }, index) => copySparse(image, copies[index]!))))
    const after = yield* writes
    if (String(before) === String(after)) return copies
  }
  return yield* new DiskError({ detail: `the disks were written to during each of ${copiesMax} copies` })
})

const copySparse = (from: string, to: string) => run("cp", ["--sparse=always", from, to])

/** Why disks cannot be made here, or `undefined` when they can. */
export const whyNoDisks = Effect.fnUntraced(function*(folder: string) {
  if (process.platform !== "linux") return "loop mounts are a matter of Linux"
  if (process.getuid?.() !== 0) return "mounting needs root"
  const tried = yield* Effect.result(Effect.scoped(makeDisk(folder, "trial")))
  yield* Effect.promise(() => rm(join(folder, "trial.img"), { force: true }))
  return tried._tag === "Failure" ? `no disk can be mounted: ${tried.failure.message}` : undefined
})
