// What a log with tables must do with them; a log without must refuse to write to one.
import { expect } from 'vitest'
import type { Log, Producer, Put } from '../connector.ts'
import { append, series, valuesOf } from './row.ts'
import { createTopic, faultOf, type LogCases, read, type Scene } from './scene.ts'

interface Setting {
  readonly log: Log
  readonly producer: Producer
  readonly put: (key: string, value: string | null) => Put
  readonly get: (key: string) => string | undefined
  /** Entries as `key=value`. */
  readonly entries: (prefix: string, from?: string) => readonly string[]
}

/** Runs `act` on a log with tables; of one without, holds that it refuses what it cannot do. */
async function onTable(scene: Scene, act: (setting: Setting) => Promise<void>): Promise<void> {
  const log = await scene.connect()
  const { tables } = log
  const table = scene.named('table')
  const producer = await log.producer(scene.named('writer'))
  const put = (key: string, value: string | null): Put => {
    return { table, key, value: value === null ? null : Buffer.from(value) }
  }
  if (tables === undefined) {
    await expect(producer.transact({ appends: [], puts: [put('a', '1')] })).rejects.toThrow()
    return
  }
  await act({
    log,
    producer,
    put,
    get: (key) => textOf(tables.get(table, key)),
    entries: (prefix, from) =>
      [...tables.entries(table, prefix, from)].map(
        ([key, value]) => `${key}=${textOf(value) ?? ''}`,
      ),
  })
}

function textOf(value: Uint8Array | undefined): string | undefined {
  return value && Buffer.from(value).toString()
}

export const tableCases: LogCases = {
  'writes entries and records in one transaction': (scene) =>
    onTable(scene, async ({ log, producer, put, get }) => {
      const topic = await createTopic(scene, log)
      const appends = [append(topic, 0, series('a', 1))]
      await producer.transact({ appends, puts: [put('a', '1'), put('b', ''), put('', 'root')] })
      expect([get('a'), get('b'), get(''), get('c')]).toEqual(['1', '', 'root', undefined])
      await producer.transact({ appends, puts: [put('a', null), put('b', '2'), put('z', null)] })
      expect([get('a'), get('b'), get('z')]).toEqual([undefined, '2', undefined])
      expect(valuesOf(await read(log, topic, 2))).toEqual(['a 0', 'a 0'])
    }),

  'counts the last of several entries under one key': (scene) =>
    onTable(scene, async ({ producer, put, entries }) => {
      const puts = [put('a', '1'), put('a', null), put('a', '2'), put('b', '1'), put('b', null)]
      await producer.transact({ appends: [], puts })
      expect(entries('')).toEqual(['a=2'])
    }),

  'changes no entry in a transaction that fails': (scene) =>
    onTable(scene, async ({ log, producer, put, entries }) => {
      await producer.transact({ appends: [], puts: [put('a', '1'), put('b', '1')] })
      const appends = [append(scene.named('missing'), 0, series('x', 1))]
      const puts = [put('a', '2'), put('b', null), put('c', '2')]
      await faultOf(producer.transact({ appends, puts }), 'topic-missing', 'aborted')
      const owner = await log.producer(producer.name)
      await faultOf(producer.transact({ appends: [], puts }), 'fenced')
      await owner.transact({ appends: [], puts: [put('d', '1')] })
      expect(entries('')).toEqual(['a=1', 'b=1', 'd=1'])
    }),

  'lists entries by prefix, in the order of their bytes': (scene) =>
    onTable(scene, async ({ producer, put, entries }) => {
      // UTF-16 would put the smiling face (two surrogates) before the replacement character.
      const keys = ['', 'a', 'a\u0000', 'a1', 'a10', 'a2', 'aB', 'ab', 'aé', 'a\uFFFD', 'a😀', 'b']
      const puts = keys.toReversed().map((key, index) => put(key, `${index}`))
      await producer.transact({ appends: [], puts })
      const all = keys.map((key, index) => `${key}=${keys.length - 1 - index}`)
      expect(entries('')).toEqual(all)
      expect(entries('a')).toEqual(all.slice(1, -1))
      expect(entries('a1')).toEqual(all.slice(3, 5))
      expect(entries('ac')).toEqual([])
      expect(entries('a', 'a1')).toEqual(all.slice(3, -1))
      expect(entries('a1', 'a')).toEqual(all.slice(3, 5))
    }),

  'keeps tables apart': (scene) =>
    onTable(scene, async ({ log, producer, put, entries }) => {
      const other = scene.named('table')
      const puts = [put('a', '1'), { ...put('b', '2'), table: other }]
      await producer.transact({ appends: [], puts })
      expect(entries('')).toEqual(['a=1'])
      expect(log.tables?.get(other, 'a')).toBeUndefined()
      expect(textOf(log.tables?.get(other, 'b'))).toBe('2')
    }),
}
