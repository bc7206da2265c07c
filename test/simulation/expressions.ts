// Expressions over the numbers of a record. Divisions and logarithms are among them, so that some
// records have no finite value.
import type { Random } from './random.ts'

export function numberExpression(random: Random, numbers: readonly string[], depth = 2): string {
  const leaf = (): string =>
    numbers.length > 0 && random.chance(0.85)
      ? random.pick(numbers)
      : random.pick(['0', '1', '2.5', '-3'])
  if (depth === 0 || random.chance(0.3)) return leaf()
  const [a, b] = [
    numberExpression(random, numbers, depth - 1),
    numberExpression(random, numbers, depth - 1),
  ]
  return random.pick([
    `(${a} + ${b})`,
    `(${a} - ${b})`,
    `(${a} * 0.5)`,
    `(${a} / ${b})`,
    `abs(${a})`,
    `log(${a})`,
    `if(${a} > ${b}, ${a}, ${b})`,
  ])
}

/** True of most records, or of many. */
export function condition(random: Random, numbers: readonly string[]): string {
  const number = numberExpression(random, numbers, 1)
  return random.pick([
    `${number} > 0`,
    `${number} < 60 || ${number} > 70`,
    `${number} != 1 && ${numberExpression(random, numbers, 1)} > -100`,
  ])
}

/** A function that remembers earlier records of its key, and whether it is a whole number. */
export function statefulExpression(
  random: Random,
  numbers: readonly string[],
): { readonly text: string; readonly type: 'double' | 'long' } {
  const x = numberExpression(random, numbers, 1)
  const n = random.int(2, 4)
  const series = [`sma`, `ema`, `wma`, `highest`, `lowest`, `stdev`, `zscore`, `roc`]
  if (random.chance(0.15)) return { text: 'count()', type: 'long' }
  const text = random.pick([
    ...series.map((name) => `${name}(${x}, ${n})`),
    `prev(${x})`,
    `change(${x})`,
    `${random.pick(numbers.length > 0 ? numbers : ['1'])} - prev(${x}, ${n})`,
  ])
  return { text, type: 'double' }
}
