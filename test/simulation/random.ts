// The simulation's only source of chance: a generator of numbers from a seed. Equal seeds and
// purposes give equal numbers for ever, so a seed that fails can be run again.

export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number
  /** A whole number from `least` to `most`, both inclusive. */
  readonly int: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
  /** Often among the first items, seldom among the last. */
  readonly pickSkewed: <T>(items: readonly T[]) => T
  readonly shuffle: <T>(items: readonly T[]) => T[]
}

const WARM_UP = 12
const SPAN = 2 ** 32

/** `purpose` keeps uses of one seed apart: one more draw in one of them changes no other. */
export function createRandom(seed: number, purpose: string): Random {
  const next = smallFastCounting(seed, purpose)
  const int = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1))
  const at = <T>(items: readonly T[], index: number): T => {
    if (items.length === 0) throw new Error('nothing to pick from')
    return items[index] as T
  }
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => at(items, int(0, items.length - 1)),
    pickSkewed: (items) => at(items, Math.floor(next() * next() * items.length)),
    shuffle: (items) => {
      const rest = [...items]
      return items.map(() => rest.splice(int(0, rest.length - 1), 1)[0] as (typeof items)[number])
    },
  }
}

/** Three words of state that mix, and a counter against falling into a short circle. */
function smallFastCounting(seed: number, purpose: string): () => number {
  let [a, b, c, counter] = [seed | 0, hashOf(purpose), Math.floor(seed / SPAN) | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / SPAN
  }
  for (let i = 0; i < WARM_UP; i += 1) next()
  return next
}

function hashOf(text: string): number {
  let hash = 17
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash
}
