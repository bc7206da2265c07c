import fc from 'fast-check'
import { expect, test } from 'vitest'
import { append, rowsOf, series } from '../contract/row.ts'
import { Partition } from './partition.ts'

/** What a partition of records `0`, `1`, ... is, in the simplest words. */
interface Model {
  readonly cells: { readonly writer: number; fate: 'open' | 'commit' | 'abort' | 'marker' }[]
  first: number
}

interface Step {
  readonly what: 'append' | 'commit' | 'abort' | 'delete' | 'read'
  readonly writer: number
  readonly size: number
  readonly share: number
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('append', 'append', 'append', 'commit', 'abort', 'delete', 'read', 'read'),
  writer: fc.nat({ max: 2 }),
  size: fc.integer({ min: 1, max: 5 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
})

function stableOf({ cells }: Model): number {
  const open = cells.findIndex(({ fate }) => fate === 'open')
  return open < 0 ? cells.length : open
}

function readableFrom(model: Model, offset: number): readonly number[] {
  const offsets = [...model.cells.keys()].slice(offset, stableOf(model))
  return offsets.filter((each) => model.cells[each]?.fate === 'commit')
}

/** Reads from the offset to the end in portions, and gives the offsets that came. */
function readOn(partition: Partition, offset: number, maxRecords: number): readonly number[] {
  const came: number[] = []
  for (let at = offset; at < partition.stable;) {
    const { batches, next } = partition.read(at, maxRecords)
    const rows = rowsOf({ topic: 't', partition: 0, batches, next, stable: partition.stable })
    const rest = batches.slice(1).reduce((sum, { batch }) => sum + batch.count, 0)
    if (rest > maxRecords) throw new Error('more records than asked for')
    if (next <= at) throw new Error('a read that does not go on')
    came.push(...rows.map((each) => each.offset))
    at = next
  }
  return came
}

test('gives what was committed below the first open record, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const partition = new Partition(undefined)
      const model: Model = { cells: [], first: 0 }
      const writers = [{}, {}, {}]
      for (const { what, writer, size, share } of steps) {
        const transaction = writers[writer] ?? {}
        const own = model.cells.filter((each) => each.writer === writer && each.fate === 'open')
        const offset = Math.round(share * model.cells.length)
        if (what === 'append') {
          partition.append(append('t', 0, series('a', size)).batch, transaction)
          for (let row = 0; row < size; row += 1) model.cells.push({ writer, fate: 'open' })
        } else if (what === 'delete') {
          partition.deleteBefore(offset)
          model.first = Math.max(model.first, Math.min(offset, stableOf(model)))
        } else if (what === 'read') {
          const from = Math.max(offset, model.first)
          expect(readOn(partition, from, size)).toEqual(readableFrom(model, from))
        } else if (own.length > 0) {
          partition.decide(transaction, what)
          for (const cell of own) cell.fate = what
          model.cells.push({ writer, fate: 'marker' })
        }
        const { first, stable, end } = partition
        expect([first, stable, end]).toEqual([model.first, stableOf(model), model.cells.length])
      }
    }),
    { seed: 20260101, numRuns: 500 },
  )
})

test('refuses to decide twice', () => {
  const partition = new Partition(undefined)
  const transaction = {}
  partition.append(append('t', 0, series('a', 1)).batch, transaction)
  partition.decide(transaction, 'commit')
  expect(() => partition.decide(transaction, 'abort')).toThrow('nothing that is open')
})
