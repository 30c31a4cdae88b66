/** The running replica of any definition. */
export { makeProgram, type Program, type ServiceOptions } from "./Program.ts"
export * as Service from "./Service.ts"
export { readSettings, type Settings, whole } from "./Settings.ts"
export { variable, type Variable } from "./Variable.ts"
