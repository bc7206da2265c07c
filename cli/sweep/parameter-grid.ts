// What `--param` says: the values that a parameter takes in a sweep, and every combination of them.
import { Decimal } from '../../schemas/decimal.ts'
import { quoted } from '../../topology/printable.ts'
import { FileProblem } from '../load-topology.ts'

/** By parameter, the texts that `--set` would take. */
export type Grid = ReadonlyMap<string, readonly string[]>
export type ParameterSet = Readonly<Record<string, string>>

const MOST_SETS = 1_000_000
const MOST_VALUES = 100_000
const FORMS = 'fast=5..50:5, a range and its step, or fast=5,8,13; a unit may follow: 1m..10m:1m'
const NUMBER = String.raw`(-?\d+(?:\.\d+)?)([a-z%]*)`
const RANGE = new RegExp(`^${NUMBER}\\.\\.${NUMBER}(?::${NUMBER})?$`)

/** For commander: adds one `name=values`, where values are texts and ranges with commas between. */
export function collectGrid(pair: string, earlier: Grid = new Map()): Grid {
  const at = pair.indexOf('=')
  const name = pair.slice(0, at)
  if (at <= 0) throw new FileProblem(`--param ${quoted(pair)} names no parameter; write ${FORMS}`)
  if (earlier.has(name)) throw new FileProblem(`--param ${name} is given twice; join its values`)
  const values = pair
    .slice(at + 1)
    .split(',')
    .flatMap((text) => valuesOf(text.trim(), pair))
  const unique = new Set(values)
  if (unique.size > MOST_VALUES) throw tooMany(pair)
  return new Map([...earlier, [name, [...unique]]])
}

function valuesOf(text: string, pair: string): readonly string[] {
  if (text === '') throw new FileProblem(`--param ${quoted(pair)} has an empty value; ${FORMS}`)
  const found = RANGE.exec(text)
  if (found === null) {
    if (!text.includes('..')) return [text]
    throw new FileProblem(`--param ${quoted(pair)} is no range; write ${FORMS}`)
  }
  const [, from = '', unit = '', to = '', last = '', by = '1', step = unit] = found
  if (unit !== last || unit !== step) {
    throw new FileProblem(`--param ${quoted(pair)} has several units; use one: 1m..10m:1m`)
  }
  const [least, most, each] = [new Decimal(from), new Decimal(to), new Decimal(by)]
  if (each.lte(0) || least.gt(most)) {
    throw new FileProblem(`--param ${quoted(pair)} is empty; a range goes up: ${FORMS}`)
  }
  // Decimals: in doubles 0.1..0.3:0.1 would miss its end.
  const count = most.minus(least).div(each).floor().toNumber() + 1
  if (count > MOST_VALUES) throw tooMany(pair)
  return Array.from({ length: count }, (_, index) => {
    return `${least.plus(each.times(index)).toFixed()}${unit}`
  })
}

/** Every combination; the last parameter changes first. */
export function setsOf(grid: Grid): readonly ParameterSet[] {
  const count = [...grid.values()].reduce((product, { length }) => product * length, 1)
  if (count > MOST_SETS) {
    const [is, most] = [count, MOST_SETS].map((each) => each.toLocaleString('en'))
    throw new FileProblem(`the sweep has ${is} parameter sets, and ${most} are the most`)
  }
  let sets: readonly ParameterSet[] = [{}]
  for (const [name, values] of grid) {
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })))
  }
  return sets
}

function tooMany(pair: string): FileProblem {
  const most = MOST_VALUES.toLocaleString('en')
  return new FileProblem(`--param ${quoted(pair)} has more than ${most} values`)
}
