// Sorts what stands at one instant, in a sequence that is in order but for that.

export interface Ties<T> {
  /** Whether two that follow each other belong to one instant. */
  readonly isTie: (a: T, b: T) => boolean
  readonly compare: (a: T, b: T) => number
}

/** Those that compare as equal stay in their order. */
export async function* sortedTies<T>(
  portions: AsyncIterable<readonly T[]>,
  { isTie, compare }: Ties<T>,
): AsyncGenerator<readonly T[], void, undefined> {
  let tied: T[] = []
  for await (const portion of portions) {
    const sorted: T[] = []
    for (const each of portion) {
      const [first] = tied
      if (first !== undefined && !isTie(first, each)) {
        for (const one of inOrder(tied, compare)) sorted.push(one)
        tied = []
      }
      tied.push(each)
    }
    yield sorted
  }
  yield inOrder(tied, compare)
}

function inOrder<T>(tied: T[], compare: (a: T, b: T) => number): readonly T[] {
  return tied.length > 1 ? tied.sort(compare) : tied
}
