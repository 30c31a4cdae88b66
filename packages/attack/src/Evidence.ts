import { mkdtempSync, rmSync } from "node:fs"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

/** The folder of one attack: logs while it runs; when it is kept, all that was said and stored as well. */
export interface Evidence {
  readonly folder: string
  /** Writes a list as one JSON value a line. */
  readonly save: (name: string, list: ReadonlyArray<unknown>) => Promise<void>
  readonly saveText: (name: string, text: string) => Promise<void>
  readonly discard: () => void
}

/** Opens the folder: the one that was asked for, which must be empty or missing, else a temporary one. */
export const openEvidence = async (keep: string | undefined): Promise<Evidence> => {
  const folder = keep === undefined ? mkdtempSync(join(tmpdir(), "attack-")) : resolve(keep)
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty`)
  const saveText = (name: string, text: string) => writeFile(join(folder, name), text)
  return {
    folder,
    saveText,
    save: (name, list) => saveText(name, list.map((item) => `${JSON.stringify(item)}\n`).join("")),
    discard: () => rmSync(folder, { recursive: true, force: true })
  }
}
