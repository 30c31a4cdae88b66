/**
 * @typedef {object} Service
 * @property {string} main its program, from the root of the repository
 * @property {(url: string | undefined) => ReadonlyArray<string>} suggestions what to try once it runs, at a broker that is
 *   elsewhere than usual
 */

/**
 * The services that `npm start` knows, by name.
 * @type {ReadonlyMap<string, Service>}
 */
export const Services = new Map([
  ["organization", {
    main: "packages/organization-service/src/main.ts",
    suggestions: (/** @type {string | undefined} */ url) =>
      [`create "Acme Corporation"`, "show <id>", "tail"].map((what) =>
        `${url === undefined ? "" : `NATS_URL=${url} `}npm run organization -- ${what}`
      )
  }],
  ["person", {
    main: "packages/person/src/main.ts",
    suggestions: (/** @type {string | undefined} */ url) =>
      [
        `sub "person.events.>"`,
        `req person.commands.new.register_person '{"command_type":"RegisterPerson","name":"Ada Lovelace"}'`
      ].map((what) => `nats ${url === undefined ? "" : `--server ${url} `}${what}`)
  }]
])
