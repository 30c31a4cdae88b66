import { registerHooks } from "node:module"
import type { Plant } from "./Plant.ts"

const packages = new URL("../../../", import.meta.url)

/** Plants a fault in whatever this process imports from now on. Throws at the import when the place is not there, or not once. */
export const plantFault = ({ file, from, name, to }: Plant): void => {
  const planted = new URL(file, packages).href
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== planted) return loaded
      const { source } = loaded
      const text = typeof source === "string" ? source : new TextDecoder().decode(source)
      const places = text.split(from).length - 1
      if (places !== 1) throw new Error(`${name}: its place is there ${places} times`)
      return { ...loaded, source: text.replace(from, () => to) }
    }
  })
}
