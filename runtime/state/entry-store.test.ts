import { expect, test } from 'vitest'
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import { DOUBLE } from '../../schemas/type.ts'
import { EntryStore } from './entry-store.ts'

interface Count {
  n: number
}

const entry = { kind: 'record', name: 'test.Count', fields: [{ name: 'n', type: DOUBLE }] } as const
const type = { key: ['k'], entry }
const codec = createCodec(typeToAvro(entry))

/** A store over committed entries, which commits to them. */
function open(committed: Map<string, Uint8Array>, limit = Infinity) {
  const reads: string[] = []
  const read = (key: string): Uint8Array | undefined => {
    reads.push(key)
    return committed.get(key)
  }
  const source = { read, entries: () => [], canReadAgain: true }
  const store = new EntryStore({ type, source, entries: 'at/', limit })
  const commit = (): readonly string[] => {
    const changed: string[] = []
    store.takeChanges((key, bytes) => {
      changed.push(key)
      if (bytes === null) committed.delete(key)
      else committed.set(key, bytes)
    })
    store.letGo()
    return changed
  }
  return { store: store.face, commit, reads }
}

const start = (): Count => ({ n: 0 })

test('writes what was touched since the last commit, once', () => {
  const committed = new Map<string, Uint8Array>()
  const { store, commit } = open(committed)
  ;(store.edit('A', start) as Count).n += 1
  ;(store.edit('A', start) as Count).n += 1
  store.get('B')
  expect(commit()).toEqual(['at/A'])
  expect(commit()).toEqual([])
  expect(codec.decode(committed.get('at/A') ?? Buffer.alloc(0))).toEqual({ n: 2 })
})

test('reads what is committed, and nothing else, after a restart', () => {
  const committed = new Map([['at/A', codec.encode({ n: 5 })]])
  const { store } = open(committed)
  ;(store.edit('A', start) as Count).n = 9
  expect(open(committed).store.get('A')).toEqual({ n: 5 })
})

test('a deleted entry is gone at once, and from the commit on', () => {
  const committed = new Map([['at/A', codec.encode({ n: 5 })]])
  const { store, commit } = open(committed)
  store.delete('A')
  expect(store.get('A')).toBeUndefined()
  commit()
  expect(committed.has('at/A')).toBe(false)
})

test('lets go of what was not used lately, reads it again, and loses no change', () => {
  const committed = new Map<string, Uint8Array>()
  const { store, commit, reads } = open(committed, 10_000)
  for (let round = 0; round < 3; round += 1) {
    for (let key = 0; key < 100; key += 1) {
      ;(store.edit(`k${key}`, start) as Count).n += 1
      if (key % 10 === 0) commit()
    }
  }
  commit()
  const counts = [...committed.values()].map((bytes) => codec.decode(bytes).n)
  expect(counts).toEqual(new Array(100).fill(3))
  expect(reads.length).toBeGreaterThan(100)
})

test('keeps everything where it cannot be read again', () => {
  const source = { read: () => undefined, entries: () => [], canReadAgain: false }
  const store = new EntryStore({ type, source, entries: '', limit: 1 })
  ;(store.face.edit('A', start) as Count).n = 7
  store.takeChanges(() => undefined)
  store.letGo()
  expect(store.face.get('A')).toEqual({ n: 7 })
})
