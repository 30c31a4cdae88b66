import fs from "node:fs"
import path from "node:path"

/**
 * @typedef {object} AptSource
 * @property {ReadonlyArray<string>} uris
 * @property {ReadonlyArray<string>} components
 * @property {string | undefined} signedBy path of a key ring; an inline key is left out
 */

/** The package sources the machine is set up with (`man sources.list`), in both notations. */
export const AptSources = {
  /**
   * @param {string} [etc] apt's configuration folder
   * @returns {Array<AptSource>}
   */
  read: (etc = "/etc/apt") => {
    const folder = path.join(etc, "sources.list.d")
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : []
    return [path.join(etc, "sources.list"), ...names.map((name) => path.join(folder, name))]
      .filter((file) => fs.existsSync(file))
      .flatMap((file) => {
        if (file.endsWith(".sources")) return AptSources.parseStanzas(fs.readFileSync(file, "utf8"))
        if (file.endsWith(".list")) return AptSources.parseLines(fs.readFileSync(file, "utf8"))
        return []
      })
  },

  /**
   * One source a line: `deb [signed-by=…] URI SUITE COMPONENT…`.
   * @param {string} text
   * @returns {Array<AptSource>}
   */
  parseLines: (text) =>
    text.split("\n").flatMap((line) => {
      const found = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+\S+\s*([^#]*)/.exec(line)
      if (found === null) return []
      const [, options = "", uri = "", components = ""] = found
      return [{ uris: [uri], components: words(components), signedBy: keyRing(/signed-by=(\S+)/.exec(options)?.[1]) }]
    }),

  /**
   * Stanzas of `Field: values`, a continued value indented.
   * @param {string} text
   * @returns {Array<AptSource>}
   */
  parseStanzas: (text) =>
    text.replaceAll(/^#.*\n?/gm, "").split(/\n\s*\n/).flatMap((stanza) => {
      const fields = new Map(
        stanza.replaceAll(/\n[ \t]+/g, " ").split("\n").map((line) => {
          const colon = line.indexOf(":")
          return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
        })
      )
      const isBinary = words(fields.get("types")).includes("deb")
      if (!isBinary || /^(no|false|0)$/i.test(fields.get("enabled") ?? "")) return []
      return [{
        uris: words(fields.get("uris")),
        components: words(fields.get("components")),
        signedBy: keyRing(fields.get("signed-by"))
      }]
    }),

  /**
   * The URI of the machine's mirror of the Debian archive: not of its security updates, not of a derivative, whose
   * archives do not carry Debian's suites. Also a list of mirrors (`mirror+file:/etc/apt/mirrors/debian.list`).
   * @param {ReadonlyArray<AptSource>} sources
   * @returns {{ uri: string, signedBy: string | undefined } | undefined}
   */
  debianArchive: (sources) => {
    for (const { uris, components, signedBy } of sources) {
      const uri = uris.find((candidate) => /\/debian(\.list)?\/?$/.test(candidate))
      if (uri !== undefined && components.includes("main")) return { uri, signedBy }
    }
    return undefined
  }
}

/** @param {string | undefined} text */
const words = (text) => (text ?? "").split(/\s+/).filter((word) => word !== "")

/** @param {string | undefined} value */
const keyRing = (value) => value?.startsWith("/") === true && !value.includes(" ") ? value : undefined
