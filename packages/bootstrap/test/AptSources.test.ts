import { describe, expect, it } from "vitest"
import { AptSources } from "../src/AptSources.mjs"

describe("AptSources", () => {
  it("reads stanzas with comments, continued values and several types", () => {
    const sources = AptSources.parseStanzas(`# a comment
Types: deb deb-src
URIs: https://mirror.example/debian
# another
Suites: bookworm
 bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main
`)
    expect(sources).toEqual([
      {
        uris: ["https://mirror.example/debian"],
        components: ["main", "contrib"],
        signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg"
      },
      { uris: ["https://mirror.example/debian-security"], components: ["main"], signedBy: undefined }
    ])
  })

  it("leaves out source packages, disabled stanzas and inline keys", () => {
    expect(AptSources.parseStanzas("Types: deb-src\nURIs: https://mirror.example/debian\nComponents: main\n")).toEqual(
      []
    )
    expect(AptSources.parseStanzas("Enabled: no\nTypes: deb\nURIs: https://mirror.example/debian\n")).toEqual([])
    expect(
      AptSources.parseStanzas("Types: deb\nURIs: https://a.example/debian\nSigned-By:\n -----BEGIN PGP\n .\n abc\n")
    )
      .toMatchObject([{ signedBy: undefined }])
  })

  it("reads lines with and without options", () => {
    const sources = AptSources.parseLines(`
# deb https://old.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/archive.gpg] https://mirror.example/debian/ bookworm main contrib # ours
deb-src https://mirror.example/debian bookworm main
deb https://packages.example sdk main
`)
    expect(sources).toEqual([
      { uris: ["https://mirror.example/debian/"], components: ["main", "contrib"], signedBy: "/etc/keys/archive.gpg" },
      { uris: ["https://packages.example"], components: ["main"], signedBy: undefined }
    ])
  })

  it("takes the Debian archive, not its security updates and not another distribution's", () => {
    const source = (uri: string) => ({ uris: [uri], components: ["main"], signedBy: undefined })
    const chosen = (...uris: ReadonlyArray<string>) => AptSources.debianArchive(uris.map(source))?.uri
    expect(chosen("https://a.example/debian-security", "https://a.example/debian")).toBe("https://a.example/debian")
    expect(chosen("mirror+file:/etc/apt/mirrors/debian.list")).toBe("mirror+file:/etc/apt/mirrors/debian.list")
    expect(chosen("https://archive.example/ubuntu")).toBeUndefined()
  })
})
