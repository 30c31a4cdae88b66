import fs from "node:fs"
import path from "node:path"

/**
 * Makes a folder and those above it. Node's own way tells a full or a read-only disk as a path that is not there.
 * @param {string} folder
 */
export const makeFolder = (folder) => {
  if (isFolder(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent)
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    // Somebody else may have made it in the meantime.
    if (!isFolder(folder)) throw error
  }
}

/** @param {string} folder */
const isFolder = (folder) => fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
