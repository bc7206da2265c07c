import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { FileParts } from './file-parts.ts'

function record(place: string, time: number): InputItem {
  return { kind: 'record', value: {}, time, available: time, place }
}

test('counts by file, whatever the order, with the first and the last time of each', () => {
  const parts = new FileParts()
  parts.add(record('a:b.csv:2', 5))
  parts.add(record('c.avro:record 1', 9))
  parts.add({ kind: 'bad', reason: 'why', place: 'a:b.csv:3' } as InputItem)
  parts.add({ kind: 'heartbeat', available: 99 })
  parts.add(record('a:b.csv:4', 3))
  expect(Object.fromEntries(parts.parts)).toEqual({
    'a:b.csv': { records: 3, firstTime: 3, lastTime: 5 },
    'c.avro': { records: 1, firstTime: 9, lastTime: 9 },
  })
})

test('has no time where nothing could be read', () => {
  const parts = new FileParts()
  parts.add({ kind: 'bad', reason: 'why', place: 'a.csv:2' } as InputItem)
  expect(parts.parts.get('a.csv')).toEqual({ records: 1, firstTime: null, lastTime: null })
})
