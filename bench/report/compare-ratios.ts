// Whether ratios have become worse than those that are committed, by more than runs differ.

export interface Comparison {
  /** A table, with its head. */
  readonly rows: readonly (readonly string[])[]
  /** What got slower, or is not known any more, as sentences. */
  readonly slower: readonly string[]
}

/** Room for what runs differ by without a cause; chosen, not measured. */
export const ALLOWED = 1.25

type Ratios = Readonly<Record<string, number>>

export function compareRatios(now: Ratios, committed: Ratios): Comparison {
  const rows = Object.entries(now).map(([name, is]) => {
    const was = committed[name]
    return [name, is.toFixed(2), was?.toFixed(2) ?? 'new', was ? (is / was).toFixed(2) : '']
  })
  const slower = Object.entries(committed).flatMap(([name, was]) => {
    const is = now[name]
    if (is === undefined) return [`${name} was not measured`]
    if (is <= was * ALLOWED) return []
    return [
      `${name}: ${is.toFixed(2)}, ${(is / was).toFixed(2)} times the ${was.toFixed(2)} committed`,
    ]
  })
  return { rows: [['ratio', 'is', 'was', 'times'], ...rows], slower }
}
