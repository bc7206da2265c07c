// What a log must do for readers: order, offsets, positions, bounds, and what becomes of records
// that are deleted or replaced by later ones of their key.
import { expect } from 'vitest'
import { append, type Row, row, rowsOf, series, valuesOf } from './row.ts'
import { boundsOf, createTopic, faultOf, type LogCases, read, write } from './scene.ts'

export const readingCases: LogCases = {
  'gives the records of a partition in the order in which they were committed': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const commits = Array.from({ length: 30 }, (_, index) => series(`c${index}`, (index % 7) + 1))
    await write(scene, log, topic, ...commits)
    const values = valuesOf(commits.flat())
    expect(valuesOf(await read(log, topic, values.length))).toEqual(values)
    expect(valuesOf(await read(log, topic, values.length, { maxRecords: 1 }))).toEqual(values)
  },

  'goes on at any record, in the middle of a batch too': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    await write(scene, log, topic, series('a', 5), series('b', 4), series('c', 1))
    const all = await read(log, topic, 10)
    for (const [index, { offset }] of all.entries()) {
      expect(await read(log, topic, 10 - index, { from: offset })).toEqual(all.slice(index))
    }
  },

  'goes on behind the last record of a transaction': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    await write(scene, log, topic, series('a', 2), series('b', 2))
    const all = await read(log, topic, 4)
    const from = (all[1]?.offset ?? NaN) + 1
    expect(valuesOf(await read(log, topic, 2, { from }))).toEqual(['b 0', 'b 1'])
  },

  'gives about as many records as are asked for, and at least one': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const commits = Array.from({ length: 20 }, (_, index) => series(`c${index}`, 1_000))
    await write(scene, log, topic, ...commits)
    await read(log, topic, 20_000)
    for (const maxRecords of [1, 1_000, 5_000]) {
      const position = { topic, partition: 0, offset: 0 }
      const [fetched] = await log.fetch([position], { maxRecords, waitMs: 100 })
      const { length } = fetched === undefined ? [] : rowsOf(fetched)
      expect(length).toBeGreaterThan(0)
      expect(length).toBeLessThanOrEqual(10_000)
    }
  },

  'answers several positions at once, in their order': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { partitions: 3 })
    const other = await createTopic(scene, log)
    await write(scene, log, other, series('o', 4))
    const producer = await log.producer(scene.named('writer'))
    const appends = [2, 0].map((partition) => append(topic, partition, series(`p${partition}`, 2)))
    await producer.transact({ appends, puts: [] })
    for (const partition of [0, 2]) await read(log, topic, 2, { partition })
    const fourth = (await read(log, other, 4)).at(3)?.offset ?? NaN
    const asked = [
      { topic, partition: 2, offset: 0 },
      { topic: other, partition: 0, offset: fourth },
      { topic, partition: 1, offset: 0 },
      { topic, partition: 0, offset: 0 },
    ]
    const fetched = await log.fetch(asked, { maxRecords: 1_000, waitMs: 0 })
    const found = fetched.map(({ topic: name, partition }) => ({ name, partition }))
    expect(found).toEqual(asked.map(({ topic: name, partition }) => ({ name, partition })))
    const values = fetched.map((each) => valuesOf(rowsOf(each)))
    expect(values).toEqual([['p2 0', 'p2 1'], ['o 3'], [], ['p0 0', 'p0 1']])
  },

  'knows where a partition begins and how far it can be read': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const empty = await boundsOf(log, topic)
    expect(empty.first).toBe(empty.stable)
    await write(scene, log, topic, series('a', 3))
    const all = await read(log, topic, 3, { from: empty.first })
    const { first, stable } = await boundsOf(log, topic)
    expect(first).toBeLessThanOrEqual(all[0]?.offset ?? NaN)
    expect(stable).toBeGreaterThan(all[2]?.offset ?? NaN)
    expect(await read(log, topic, 3, { from: first })).toEqual(all)
    const [fetched] = await log.fetch([{ topic, partition: 0, offset: stable }], {
      maxRecords: 10,
      waitMs: 0,
    })
    expect(fetched).toMatchObject({ batches: [], next: stable })
  },

  'deletes what lies before a position, and says so to who asks for it': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const commits = Array.from({ length: 10 }, (_, index) => series(`c${index}`, 2_000))
    await write(scene, log, topic, ...commits)
    const all = await read(log, topic, 20_000)
    const cut = all[18_500]?.offset ?? NaN
    await log.deleteBefore([{ topic, partition: 0, offset: cut }])
    const { first } = await boundsOf(log, topic)
    expect(first).toBeGreaterThan(all[0]?.offset ?? NaN)
    expect(first).toBeLessThanOrEqual(cut)
    const options = { maxRecords: 10, waitMs: 0 }
    for (const offset of [0, first - 1]) {
      await faultOf(log.fetch([{ topic, partition: 0, offset }], options), 'offset-gone')
    }
    const rest = all.filter(({ offset }) => offset >= first)
    const came = await read(log, topic, rest.length, { from: first })
    expect(valuesOf(came)).toEqual(valuesOf(rest))
    expect(came.map(({ offset }) => offset)).toEqual(rest.map(({ offset }) => offset))
  },

  'gives no offset twice, not even when all records were deleted': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    await write(scene, log, topic, series('a', 3))
    const last = (await read(log, topic, 3)).at(-1)?.offset ?? NaN
    const { stable } = await boundsOf(log, topic)
    await log.deleteBefore([{ topic, partition: 0, offset: stable }])
    await write(scene, log, topic, series('b', 2))
    const { first } = await boundsOf(log, topic)
    const [next, ...rest] = await read(log, topic, 2, { from: Math.max(first, last + 1) })
    expect(next?.value).toBe('b 0')
    expect(next?.offset).toBeGreaterThan(last)
    expect(valuesOf(rest)).toEqual(['b 1'])
  },

  'keeps the last record of every key where only the latest is kept': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { keeps: 'latest' })
    const rounds = Array.from({ length: 60 }, (_, round) => series(`r${round}`, 100))
    const deleted = [row('k3', null), row('k5', null)]
    await write(scene, log, topic, ...rounds, deleted, [row('end', 'end')])
    const latest = new Map<string | undefined, Row>()
    let { first: from } = await boundsOf(log, topic)
    while (!latest.has('end')) {
      for (const each of await read(log, topic, 1, { from, maxRecords: 500 })) {
        latest.set(each.key, each)
        from = each.offset + 1
      }
    }
    const values = [...latest].flatMap(([key, { value }]) => (value === null ? [] : [[key, value]]))
    const kept = series('r59', 100).filter(({ key }) => key !== 'k3' && key !== 'k5')
    const wanted = [...kept.map(({ key, value }) => [key, value]), ['end', 'end']]
    expect(Object.fromEntries(values)).toEqual(Object.fromEntries(wanted))
  },
}
