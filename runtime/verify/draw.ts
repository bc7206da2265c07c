// Numbers drawn from a seed: a trial that fails can be run again with the same command.

export interface Draw {
  /** A whole number from `least` to `most`, both inclusive. */
  readonly int: (least: number, most: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** A Weyl sequence, each term of it mixed until no bit shows where it came from. */
const STEP = 0x61c88647
const SPAN = 2 ** 32

/** `purpose` keeps uses of one seed apart. */
export function createDraw(seed: number, purpose: string): Draw {
  let term = mix(seed ^ 0x2545f491)
  for (const character of purpose) term = mix(term + (character.codePointAt(0) ?? 0))
  const int = (least: number, most: number): number => {
    term = (term + STEP) | 0
    return least + Math.floor(((mix(term) >>> 0) / SPAN) * (most - least + 1))
  }
  return {
    int,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[int(0, items.length - 1)] as (typeof items)[number]
    },
  }
}

function mix(word: number): number {
  let mixed = word | 0
  mixed = Math.imul(mixed ^ (mixed >>> 17), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 14), 0x297a2d39)
  return mixed ^ (mixed >>> 15)
}
