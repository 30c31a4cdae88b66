import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { onTestFinished } from "vitest"

/** A new folder for the test that runs, removed after it. */
export const temporaryFolder = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bootstrap-"))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A disk in memory of so many MiB, mounted for the test that runs; `undefined` where none can be mounted. */
export const smallDisk = (mebibytes: number) => {
  const folder = path.join(temporaryFolder(), "disk")
  fs.mkdirSync(folder)
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", folder]).status !== 0) return undefined
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]))
  return {
    folder,
    /** Leaves no room on it. */
    fill: () => {
      const file = fs.openSync(path.join(folder, "ballast"), "w")
      const block = Buffer.alloc(4_096)
      try {
        for (;;) fs.writeSync(file, block)
      } catch {
        fs.closeSync(file)
      }
    },
    makeReadOnly: () => void spawnSync("mount", ["-o", "remount,ro", folder])
  }
}

export const noDisk = "skipped: a small disk can only be mounted by root on Linux"
