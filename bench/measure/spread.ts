// Minimum, median and maximum of runs, and how they are written.

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

export function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) }
}

/** `minimum / median / maximum`, or the one value where all are written alike. */
export function spreadText({ min, median: middle, max }: Spread, digits = 2): string {
  const texts = [min, middle, max].map((value) => numberText(value, digits))
  return new Set(texts).size === 1 ? (texts[0] ?? '') : texts.join(' / ')
}

export function numberText(value: number, digits = 2): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
