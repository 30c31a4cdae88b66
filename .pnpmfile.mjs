// What is packed points to compiled files, not to sources: docs/decisions/0049.
import { publishedManifest } from "./packages/publishing/src/publishedManifest.mjs"

export const hooks = { beforePacking: publishedManifest }
