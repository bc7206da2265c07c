// What a log must give back of a record: every column as it was written, whatever its size.
import { expect } from 'vitest'
import { END, HEARTBEAT, RECORD, UNREADABLE } from '../record-batch.ts'
import { append, type Row, row } from './row.ts'
import { createTopic, type LogCases, read, type Scene, write } from './scene.ts'

const LARGE_VALUE = 1_000_000
const MANY = 20_000

async function expectRoundTrip(scene: Scene, rows: readonly Row[]): Promise<void> {
  const log = await scene.connect()
  const topic = await createTopic(scene, log)
  await write(scene, log, topic, rows)
  const reader = await scene.connect()
  const came = await read(reader, topic, rows.length)
  expect(came).toEqual(rows.map((each, index) => ({ ...each, offset: came[index]?.offset })))
}

export const recordCases: LogCases = {
  'tells keys apart that are missing, empty, unicode or long': (scene) =>
    expectRoundTrip(scene, [
      row(undefined, 'no key'),
      row('', 'empty key'),
      row('["BTC","spot"]', 'composite'),
      row('zażółć 株 🜚 \u0000 \uFFFD', 'unicode'),
      row('x'.repeat(10_000), 'long'),
      row('', null),
      row(undefined, null),
    ]),

  'tells values apart that are missing, empty or any bytes': (scene) => {
    const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte))
    return expectRoundTrip(scene, [row('a', null), row('b', ''), row('c', everyByte)])
  },

  'keeps what a row is': (scene) =>
    expectRoundTrip(scene, [
      row('a', 'record', { kind: RECORD }),
      row(undefined, null, { kind: HEARTBEAT, time: NaN, available: 7 }),
      row('a reason in words', 'the bytes as they came', { kind: UNREADABLE, time: NaN }),
      row(undefined, null, { kind: END, time: NaN, available: 9 }),
    ]),

  'keeps times that are missing, zero, before 1970 or as great as can be': (scene) => {
    const times = [NaN, 0, -1, -6_213_559_680_000_000, 1, Number.MAX_SAFE_INTEGER]
    const pairs = times.flatMap((time) => times.map((available) => ({ time, available })))
    return expectRoundTrip(
      scene,
      pairs.map((pair, index) => row(`k${index}`, '', pair)),
    )
  },

  'keeps which upstream task sent a row, and its number': (scene) =>
    expectRoundTrip(
      scene,
      [0, 1, 4_294_967_296, Number.MAX_SAFE_INTEGER].map((sequence, upstream) =>
        row('a', `${upstream}`, { sent: { upstream, sequence } }),
      ),
    ),

  'keeps where the input record of a row stands, in the log and in files': (scene) =>
    expectRoundTrip(
      scene,
      [
        row('a', '1', { origin: { name: 'quotes', partition: 3, offset: 4_294_967_297 } }),
        row('a', '2', { source: { name: 'börse.csv.gz', partition: -1, offset: 17 } }),
        row('a', '3'),
        row('a', '4', {
          sent: { upstream: 2, sequence: 5 },
          origin: { name: 'trades', partition: 0, offset: 0 },
          source: { name: 'a.jsonl', partition: -1, offset: 1 },
        }),
      ].map((each) => ({ ...each, sent: each.sent ?? { upstream: 1, sequence: 9 } })),
    ),

  [`carries ${MANY} rows in one batch`]: async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const texts = Array.from({ length: MANY }, (_, index) => `k${index % 97}=${index}`)
    const rows = texts.map((text, index) =>
      row(text.slice(0, text.indexOf('=')), text, { time: index, available: 2 * index }),
    )
    await write(scene, log, topic, rows)
    const came = await read(log, topic, MANY)
    expect(came.map(({ value }) => value)).toEqual(texts)
    expect(came.every(({ key, value }) => value?.startsWith(`${key ?? ''}=`))).toBe(true)
    expect(
      came.findIndex(({ time, available }, index) => time !== index || available !== 2 * index),
    ).toBe(-1)
  },

  'carries values of a megabyte': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { partitions: 2 })
    const letters = ['a', 'b', 'c', 'd']
    const producer = await log.producer(scene.named('writer'))
    for (const letter of letters) {
      const rows = [row(letter, letter.repeat(LARGE_VALUE)), row(letter, letter)]
      await producer.transact({ appends: [append(topic, 1, rows)], puts: [] })
    }
    const came = await read(log, topic, 2 * letters.length, { partition: 1, maxRecords: 1 })
    const lengths = came.map(({ key, value }) => `${key ?? ''} ${value?.length ?? -1}`)
    expect(lengths).toEqual(letters.flatMap((each) => [`${each} ${LARGE_VALUE}`, `${each} 1`]))
    expect(came.every(({ key, value }) => value === key?.repeat(value?.length ?? 0))).toBe(true)
  },
}
