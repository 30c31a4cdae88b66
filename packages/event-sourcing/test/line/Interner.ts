/** Gives values that are the same all through the same number. Objects must not change; one that was seen is not read again. */
export class Interner {
  readonly #numbers = new WeakMap<object, number>()
  readonly #byText = new Map<string, number>()
  /** Fields that nothing depends on. */
  readonly #ignored: ReadonlySet<string>

  constructor(ignored: ReadonlyArray<string> = []) {
    this.#ignored = new Set(ignored)
  }

  numberOf(value: object): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    let text: string
    if (Array.isArray(value)) {
      text = "["
      for (const each of value) text += `${this.#textOf(each)},`
    } else {
      text = "{"
      for (const name in value) {
        if (!this.#ignored.has(name)) text += `${name}:${this.#textOf(value[name as keyof typeof value])},`
      }
    }
    const number = this.#byText.get(text) ?? this.#byText.size
    this.#byText.set(text, number)
    this.#numbers.set(value, number)
    return number
  }

  #textOf(value: unknown): string {
    if (typeof value === "object" && value !== null) return `#${this.numberOf(value)}`
    return typeof value === "string" ? `'${value}'` : String(value)
  }
}
