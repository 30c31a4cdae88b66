import { fstatSync } from "node:fs"

/**
 * Whether what is written to a file descriptor goes to the journal of systemd: `JOURNAL_STREAM` has device and inode of the
 * journal's socket (systemd.exec(5)). It is inherited by processes with other outputs, so they are compared.
 */
export const isJournal = (fd: number, journalStream: string | undefined): boolean => {
  const [, device, inode] = /^(\d+):(\d+)$/.exec(journalStream ?? "") ?? []
  if (device === undefined) return false
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true })
    return String(dev) === device && String(ino) === inode
  } catch {
    return false
  }
}
