import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RestoredEntries } from './restored-entries.ts'

const beginnings = ['entry/0123/total/', 'entry/0123/tot/', 'note/0123/total/', 'timer/0123/']
const keys = fc.constantFrom(
  '',
  'A',
  'AB',
  'ä',
  '["A","x"]',
  '["A",1]',
  '["A\\"",1]',
  '["B",2]',
  '/',
)
const names = fc.tuple(fc.constantFrom(...beginnings), keys).map((parts) => parts.join(''))
const values = fc.option(fc.uint8Array({ maxLength: 40 }))
const changes = fc.array(fc.tuple(names, values), { maxLength: 200 })

type Changes = readonly (readonly [string, Uint8Array | null])[]

/** Entries after these changes, and the same in a map. */
function fold(all: Changes) {
  const entries = new RestoredEntries()
  const expected = new Map<string, string>()
  for (const [name, value] of all) {
    const key = Buffer.from(name)
    // In the middle of others, as a row of a batch is.
    const bytes = Buffer.concat([Buffer.from('before'), key, value ?? Buffer.alloc(0)])
    const end = 6 + key.length
    entries.put(bytes, 6, end, value === null ? undefined : bytes.length)
    if (value === null) expected.delete(name)
    else expected.set(name, Buffer.from(value).toString('hex'))
  }
  return { entries, expected }
}

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

test('holds the last value of each name, and gives it once', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const { entries, expected } = fold(all)
      expect(entries.size).toBe(expected.size)
      for (const [name] of all) {
        expect(hex(entries.read(name))).toBe(expected.get(name))
        expect(entries.read(name)).toBeUndefined()
        expected.delete(name)
      }
      expect(entries.size).toBe(0)
    }),
  )
})

test.each(['', 'entry/0123/', 'entry/0123/total/', 'entry/0123/total/["A",', 'timer/0123/A', 'x'])(
  'gives all whose names begin with "%s", once',
  (prefix) => {
    fc.assert(
      fc.property(changes, (all) => {
        const { entries, expected } = fold(all)
        const wanted = [...expected].filter(([name]) => name.startsWith(prefix))
        const found = entries.entries(prefix).map(([name, bytes]) => [name, hex(bytes)])
        expect(new Map(found as [string, string][])).toEqual(new Map(wanted))
        expect(found).toHaveLength(wanted.length)
        expect(entries.entries(prefix)).toEqual([])
        expect(entries.size).toBe(expected.size - wanted.length)
      }),
    )
  },
)

test('takes more than it has room for at first, and values of any size', () => {
  const many = Array.from({ length: 5_000 }, (_, n): [string, Uint8Array] => {
    return [`entry/0123/total/${n}`, Buffer.alloc(n === 7 ? 3_000_000 : n % 50, n)]
  })
  const { entries, expected } = fold(many)
  for (const [name, value] of expected) expect(hex(entries.read(name))).toBe(value)
  expect(entries.size).toBe(0)
})
