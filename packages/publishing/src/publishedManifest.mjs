/**
 * The manifest that a package is published with. In the workspace `exports` names sources, each by itself; here each entry
 * becomes the compiled file and its types. Entries for files below `test` are for tests of the workspace, and go, as does
 * what only who works on the package needs. Plain JavaScript, because pnpm calls it for every package that it packs, before
 * anything is installed. Throws for a pattern, which would make every file public, and for a file that is elsewhere.
 *
 * @param {Readonly<Record<string, unknown>>} manifest
 * @returns {Record<string, unknown>}
 */
export const publishedManifest = (manifest) => {
  const { devDependencies: _, scripts: __, ...published } = manifest
  const entries = Object.entries(manifest["exports"] ?? {}).flatMap(([subpath, target]) => {
    const module = typeof target === "string" ? /^\.\/src\/([^*]+)\.ts$/.exec(target)?.[1] : undefined
    if (module !== undefined) {
      return [[subpath, { types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` }]]
    }
    if (typeof target === "string" && target.startsWith("./test/")) return []
    if (subpath === "./package.json" && target === subpath) return [[subpath, target]]
    throw new Error(
      `exports of ${String(manifest["name"])} has "${subpath}": ${JSON.stringify(target)}; ` +
        "accepted is one file of src or test each (`npm run exports` makes the list)"
    )
  })
  return { ...published, exports: Object.fromEntries(entries) }
}
