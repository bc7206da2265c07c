import { describe, expect, test } from 'vitest'
import { keyBytes, partitionOf } from '../../schemas/key.ts'
import type { At } from '../state/bucket.ts'
import { queriedStores } from './queried-store.ts'
import { type Page, type Range, storeReader } from './read-store.ts'
import { KEEP, type LogKind, openRemembering, PARTITIONS } from './remembering.test-data.ts'

const ALL: Range = { prefix: '', from: undefined, to: undefined, begin: undefined, limit: 100 }
const EVERYWHERE = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/** What a store has, asked in every way that there is, of each partition. */
async function remembered(kind: LogKind) {
  const scene = await openRemembering(kind)
  const stores = queriedStores(scene.layout)
  const readerOf = (name: string) => {
    const store = stores.get(`kept.${name}`)
    if (store === undefined) throw new Error(`no store ${name}`)
    return storeReader(store)
  }
  const partitionFor = (key: string) => partitionOf(keyBytes(key), PARTITIONS)
  const numbersOf = ({ entries }: Page) =>
    entries.map(({ key, at, value }) => [key, ...(at === undefined ? [] : [at]), value.n])
  const look = scene.view.look
  return {
    ...scene,
    point: (name: string, key: string, at?: At) =>
      look(partitionFor(key), (state) => readerOf(name).entry(state, key, at)?.value.n),
    range: (name: string, range: Partial<Range> = {}) =>
      EVERYWHERE.flatMap((partition) => {
        const read = readerOf(name)
        const page = look(partition, (state) => read.range(state, { ...ALL, ...range }))
        return page === undefined ? [] : numbersOf(page)
      }).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    places: (name: string, key: string, from?: At, to?: At, limit = 100) =>
      look(partitionFor(key), (state) => {
        const page = readerOf(name).places(state, { key, from, to, limit })
        return { at: page.entries.map(({ at }) => at), isCut: page.isCut }
      }),
  }
}

describe.each(['embedded', 'memory'] as const)('over a run on a log that is %s', (kind) => {
  test('gives entries by key, and nothing of keys that were never seen', async () => {
    const { take, point, range } = await remembered(kind)
    await take(['A', 1, 1], ['B', 2, 2], ['A', 3, 4])
    expect(['A', 'B', 'C', ''].map((key) => point('last', key))).toEqual([
      ...[4, 2, undefined, undefined],
    ])
    expect(range('last')).toEqual([
      ['A', 4],
      ['B', 2],
    ])
    expect(range('last', { prefix: 'B' })).toEqual([['B', 2]])
    expect(range('last', { from: 'B' })).toEqual([['B', 2]])
    expect(range('last', { to: 'B' })).toEqual([['A', 4]])
    expect(range('last', { from: 'B', to: 'A' })).toEqual([])
  })

  test('gives the places of a map in their order, and of a window by number', async () => {
    const { take, point, places } = await remembered(kind)
    await take(['A', 9, 0], ['A', 10, 1], ['A', 100, 2], ['B', 100, 0])
    expect(point('placed', 'A', 'y"')).toBe(1)
    expect(point('placed', 'A', 'none')).toBeUndefined()
    expect(places('placed', 'A')).toEqual({ at: ['x', 'y"', 'é'], isCut: false })
    expect(places('placed', 'A', 'y', 'é')).toEqual({ at: ['y"'], isCut: false })
    expect(places('placed', 'none')).toEqual({ at: [], isCut: false })
    expect(places('timed', 'A')).toEqual({ at: [9, 10, 100], isCut: false })
    expect(places('timed', 'A', 10, 100)).toEqual({ at: [10], isCut: false })
    expect(places('timed', 'A', undefined, undefined, 2)).toEqual({ at: [9, 10], isCut: true })
    expect(point('timed', 'A', 100)).toBe(2)
  })

  test('ranges over the keys of a map whatever its places are called', async () => {
    const { take, range } = await remembered(kind)
    await take(['A"', 1, 0], ['A"', 2, 1], ['A[', 3, 0], ['B', 4, 0])
    const both = [
      ['A"', 'x', 0],
      ['A"', 'y"', 1],
    ]
    expect(range('placed', { prefix: 'A"' })).toEqual(both)
    expect(range('placed', { to: 'A[' })).toEqual(both)
    expect(range('placed', { from: 'A[', to: 'B' })).toEqual([['A[', 'x', 0]])
  })

  test('gives no entry whose time is over, and the step would find none either', async () => {
    const { take, point, range } = await remembered(kind)
    await take(['A', 5, 1])
    await take(['A\u0000', 5 + KEEP, 2], ['B', 5 + KEEP, 2], ['C', 5 + KEEP, 2])
    // Each task has a clock of its own: only who has seen the later time lets go.
    expect(point('lately', 'A')).toBe(1)
    await take(['A', 5 + KEEP + 1, 3])
    expect(point('lately', 'A')).toBe(3)
    const sisters = await keysBeside('A')
    await take(...sisters.map((key, n) => [key, 100 + n, 0] as const))
    expect(point('lately', 'A')).toBeUndefined()
    expect(range('lately', { prefix: 'A' }).some(([key]) => key === 'A')).toBe(false)
    expect(point('last', 'A')).toBe(3)
  })

  test('takes any character in a key, and keys that LMDB has no room for', async () => {
    const { take, point, places, range } = await remembered(kind)
    const keys = ['', '/', '"', '\\', '%2F', 'é', '\u{1F600}', '\uffff', ' ', '\n', '[1,2]']
    const long = ['a', 'b'].map((end) => 'k'.repeat(3_000) + end)
    const all = [...keys, ...long]
    await take(...all.map((key, n) => [key, 1, n] as const))
    expect(all.map((key) => point('last', key))).toEqual(all.map((_, n) => n))
    expect(all.map((key) => places('timed', key)?.at)).toEqual(all.map(() => [1]))
    expect(range('last')).toHaveLength(all.length)
    expect(range('placed', { prefix: 'k' })).toHaveLength(2)
  })
})

/** Others that the same task has. */
async function keysBeside(key: string): Promise<readonly string[]> {
  const names = Array.from({ length: 40 }, (_, n) => `N${n}`)
  const own = partitionOf(keyBytes(key), PARTITIONS)
  const beside = names.filter((name) => partitionOf(keyBytes(name), PARTITIONS) === own)
  return Promise.resolve(beside.slice(0, 2))
}

test('a partition whose slot was closed, or never opened, is not here', async () => {
  const { take, stop, point, range } = await remembered('memory')
  expect(point('last', 'A')).toBeUndefined()
  await take(['A', 1, 1])
  expect(point('last', 'A')).toBe(1)
  await stop()
  expect(range('last')).toEqual([])
})

test('says where its task stood at the very commit that left it so', async () => {
  const { take, view, layout } = await remembered('memory')
  for (let n = 1; n <= 5; n += 1) {
    await take(['A', n, n])
    const store = queriedStores(layout).get('kept.last')
    if (store === undefined) throw new Error('no store')
    const own = partitionOf(keyBytes('A'), PARTITIONS)
    const found = view.look(own, (state) => {
      const commit = state.commitOf(`0_${own}`)
      const entry = storeReader(store).entry(state, 'A')
      return { n: entry?.value.n, clock: commit?.clock, positions: commit?.positions }
    })
    expect(found).toMatchObject({ n, clock: n })
    expect(found?.positions?.[`items/${own}`]).toBeGreaterThanOrEqual(n)
  }
})
