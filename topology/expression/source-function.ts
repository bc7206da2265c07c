// The one place where text becomes a function. The text is emitted by emit.ts from a checked syntax
// tree: names are JSON-quoted or identifiers, and nothing of the author's text gets in. See
// docs/decisions/0002.

/** What an emitted function refers to: values by the name that it has in the source. */
export interface Bindings {
  /** Binds a value to a fresh name. */
  readonly bind: (value: unknown) => string
  /** Binds a value to a name of its own; the same name always means the same value. */
  readonly bindAs: (name: string, value: unknown) => string
  readonly values: ReadonlyMap<string, unknown>
}

export function createBindings(): Bindings {
  const values = new Map<string, unknown>()
  const bindAs = (name: string, value: unknown): string => {
    if (values.has(name) && values.get(name) !== value) {
      throw new Error(`two functions are bound to the name "${name}"`)
    }
    values.set(name, value)
    return name
  }
  return { values, bindAs, bind: (value) => bindAs(`$${values.size}`, value) }
}

type Factory = (...bound: readonly unknown[]) => unknown

/** Runs `body`, which returns a function, with the bound names in scope. */
export function functionFrom({ values }: Bindings, body: string): unknown {
  const names = [...values.keys()]
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- V8 inlines what is one function
  const factory = new Function(...names, `'use strict'\n${body}`) as Factory
  return factory(...values.values())
}
