/**
 * A module of the platform that is faster than what every platform has, where there is one. Nothing is imported, so that
 * browsers can load what uses it.
 */
export const builtin = <Module>(name: "node:crypto" | "node:buffer"): Partial<Module> => {
  const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: (name: string) => unknown } }
  return process?.getBuiltinModule?.(name) as Partial<Module> | undefined ?? {}
}
