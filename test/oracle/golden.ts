// TA-Lib's golden values beside the functions' own: what README.md describes, read and compared.
import { readFileSync } from 'node:fs'

type Column = readonly number[]

export interface Golden {
  readonly high: Column
  readonly low: Column
  readonly close: Column
  /** The values of TA-Lib's function (`SMA`, `BB_UPPER`), NaN where it gives none. */
  readonly of: (name: string) => Column
}

/** The plain series, and the one with a flat stretch. */
export const goldens: readonly (readonly [name: string, golden: Golden])[] = [
  ['plain', readGolden('')],
  ['flat', readGolden('-flat')],
]

function readGolden(suffix: string): Golden {
  const { high, low, close } = read(`input${suffix}.json`) as Record<
    'high' | 'low' | 'close',
    Column
  >
  const { values } = read(`golden${suffix}.json`) as {
    values: Partial<Record<string, readonly (number | null)[]>>
  }
  return {
    high,
    low,
    close,
    of: (name) => {
      const column = values[name]
      if (column === undefined) throw new Error(`there is no golden column "${name}"`)
      return column.map((value) => value ?? NaN)
    },
  }
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
}

/** Where two columns differ by more than 1e-9, scaled for values above 1. NaN equals NaN alone. */
export function differences(got: Column, want: Column): readonly string[] {
  const count = Math.max(got.length, want.length)
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const [a = Infinity, b = -Infinity] = [got[index], want[index]]
    const bothNone = Number.isNaN(a) && Number.isNaN(b)
    const isEqual = bothNone || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b))
    return isEqual ? [] : [`${index}: ${a} is not ${b}`]
  })
}
