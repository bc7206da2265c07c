import { expect, test } from 'vitest'
import { createBookChains } from './book-chains.ts'

/** `10-12` a change of spot, `10-12<8` one of futures after update 8, `=11` a snapshot. */
function follow(words: string): string {
  const chains = createBookChains()
  return words
    .split(' ')
    .map((word) => {
      if (word === 'reset') {
        chains.reset()
        return word
      }
      const [, snapshot, first, last, previous] =
        /^(?:=(\d+)|(\d+)-(\d+)(?:<(\d+))?)$/.exec(word) ?? []
      const update = Number(snapshot ?? last)
      return chains.take({
        symbol: 'BTCUSDT',
        snapshot: snapshot !== undefined,
        first_update: Number(first ?? update),
        last_update: update,
        previous_update: previous === undefined ? null : Number(previous),
      }).kind
    })
    .join(' ')
}

test.each([
  ['a snapshot that comes first', '=9 10-12 13-13', 'snapshot follows follows'],
  ['a snapshot inside the first change', '10-12 =11 13-14', 'follows snapshot follows'],
  ['a snapshot right before the first change', '10-12 =9 13-14', 'follows snapshot follows'],
  ['a snapshot after what has come', '10-12 =40 13-14', 'follows snapshot follows'],
  ['one that was too old, and a new one', '10-12 =8 =12', 'follows too-old snapshot'],
  ['a first change after the snapshot', '=9 11-12 =12', 'snapshot too-old snapshot'],
  ['a gap on spot', '=9 10-12 14-15 =15', 'snapshot follows gap snapshot'],
  ['a gap of futures', '=9 10-12<9 15-16<13 =14', 'snapshot follows gap snapshot'],
  ['numbers of other symbols between', '=9 20-22<9 31-35<22', 'snapshot follows follows'],
  ['a snapshot from before a gap', '10-12 15-16 =13', 'follows gap too-old'],
  ['a change that is there twice', '=9 10-12 10-12 13-13', 'snapshot follows follows follows'],
  ['a new connection', '=9 10-12 reset 40-41 =41', 'snapshot follows reset follows snapshot'],
])('follows %s', (_, words, events) => {
  expect(follow(words)).toBe(events)
})

test('keeps symbols apart', () => {
  const chains = createBookChains()
  const change = (symbol: string, update: number) =>
    chains.take({
      ...{ symbol, snapshot: false, previous_update: null },
      ...{ first_update: update, last_update: update },
    }).kind
  expect([change('A', 5), change('B', 90), change('A', 6), change('B', 92)]).toEqual([
    ...['follows', 'follows', 'follows', 'gap'],
  ])
})
