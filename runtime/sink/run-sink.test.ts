import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { kindOf, RECORD } from '../../connectors/record-batch.ts'
import type { SinkBatch } from '../../sinks/sink.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { item } from '../reference/run-steps.test-data.ts'
import { KeptOutside, openSinkRig, type SinkRig, unavailable } from './sink-rig.test-data.ts'

/** Of keys in both partitions: `A 1`, `B 2`, `C 3`, and so on. */
function items(from: number, to: number): readonly InputItem[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const n = from + index
    return item('ABCDEF'[n % 6] ?? '', n, n) as InputItem
  })
}

function rowsOf(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    return `${'ABCDEF'[(from + index) % 6] ?? ''} ${from + index}`
  }).toSorted()
}

async function letters({ log }: SinkRig): Promise<number> {
  const ids = [0, 1].map((partition) => ({ topic: 't.dead-letters', partition }))
  let count = 0
  for (const bounds of await log.bounds(ids)) {
    for await (const { batch } of readPartition(log, bounds)) {
      for (let row = 0; row < batch.count; row += 1) if (kindOf(batch, row) === RECORD) count += 1
    }
  }
  return count
}

test('drains what is committed, ends, and the next goes on from there', async () => {
  const rig = await openSinkRig()
  const outside = new KeptOutside()
  await rig.feed(items(1, 50))
  await rig.start(outside).drain()
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 50))
  await rig.feed(items(51, 60))
  await rig.start(outside).drain()
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 60))
  expect(outside.isClosed).toBe(true)
  expect(rig.kinds().at(-1)).toBe('sink-ended')
})

test('writes what comes while it runs, and on a stop what is committed by then', async () => {
  const rig = await openSinkRig()
  const outside = new KeptOutside()
  const sink = rig.start(outside)
  await rig.feed(items(1, 9))
  await rig.until(() => outside.rows.length === 9)
  await rig.feed(items(10, 20))
  await sink.stop()
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 20))
})

test('an outside that is down at the start is told of, and tried until it is there', async () => {
  const rig = await openSinkRig()
  let opens = 0
  const outside = new KeptOutside({
    on: (call) => {
      if (call === 'open' && (opens += 1) < 5) throw unavailable('nobody listens there')
    },
  })
  await rig.feed(items(1, 5))
  await rig.start(outside).drain()
  const away = rig.events.filter((event) => event.kind === 'sink-away')
  const message = 'nobody listens there; connection "there" is tried again until it is there'
  expect(away).toMatchObject([{ sink: 'copy', code: 'sink-unavailable', message }])
  expect(rig.kinds().filter((kind) => kind === 'sink-retrying')).toHaveLength(4)
  expect(rig.kinds()).toContain('sink-back')
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 5))
})

test.each(['claim', 'write', 'written'] as const)(
  'a failure of every other %s leaves no row out, and none there twice',
  async (at) => {
    const rig = await openSinkRig()
    let calls = 0
    const outside = new KeptOutside({
      batches: { records: 3 },
      on: (call) => {
        if (call === at && (calls += 1) % 2 === 1) throw unavailable()
      },
    })
    await rig.feed(items(1, 40))
    await rig.start(outside).drain()
    expect(outside.rows.toSorted()).toEqual(rowsOf(1, 40))
  },
)

test('a write that is never answered is given up, and its late row is shut out', async () => {
  const rig = await openSinkRig()
  const hung = Promise.withResolvers<undefined>()
  let writes = 0
  const outside = new KeptOutside({
    on: async (call) => {
      if (call === 'write' && (writes += 1) === 1) await hung.promise
    },
  })
  await rig.feed(items(1, 20))
  await rig.start(outside).drain()
  const away = rig.events.find((event) => event.kind === 'sink-away')
  expect(away).toMatchObject({ message: expect.stringContaining('no answer') as string })
  hung.resolve(undefined)
  await new Promise(setImmediate)
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 20))
})

test.each([
  ['run', 'sink-unavailable', true],
  ['sink', 'sink-unavailable', true],
  ['run', 'sink-differs', false],
  ['sink', 'sink-not-allowed', false],
] as const)('away for too long, it ends the %s: %s', async (ends, code, retryable) => {
  const rig = await openSinkRig()
  const outside = new KeptOutside({
    on: (call) => {
      if (call !== 'write') return
      throw new EngineError(code, 'it says no', { coordinates: {}, retryable })
    },
  })
  await rig.feed(items(1, 5))
  const sink = rig.start(outside, { away: { after: 60_000_000, ends } })
  if (ends === 'run') await expect(sink.done).rejects.toMatchObject({ code })
  else await sink.done
  const ended = rig.events.at(-1)
  expect(ended).toMatchObject({ kind: 'sink-ended', ends, failure: { code } })
  expect(outside.isClosed).toBe(true)
  expect(outside.rows).toEqual([])
})

test('where nothing is stated, what no retry mends ends the run', async () => {
  const rig = await openSinkRig()
  const refusing = new KeptOutside({
    on: () => {
      throw new EngineError('sink-not-allowed', 'no such user', { coordinates: {} })
    },
  })
  await expect(rig.start(refusing).done).rejects.toMatchObject({ code: 'sink-not-allowed' })
})

/** Refuses numbers that are divisible by ten. */
function refuseTens({ records }: SinkBatch) {
  return records
    .filter(({ value }) => Number(value?.n) % 10 === 0)
    .map((record) => ({ record, reason: 'it is round' }))
}

test.each([
  ['skip', 0],
  ['dead-letter', 4],
] as const)('records that it refuses meet a fate of %s', async (bad, kept) => {
  const rig = await openSinkRig()
  const outside = new KeptOutside({ refuse: refuseTens })
  await rig.feed(items(1, 40))
  await rig.start(outside, { bad }).drain()
  expect(outside.rows).toHaveLength(36)
  expect(await letters(rig)).toBe(kept)
  const refused = rig.events.filter((event) => event.kind === 'sink-refused')
  expect(refused.reduce((sum, { records }) => sum + records, 0)).toBe(4)
  expect(refused[0]).toMatchObject({ fate: bad, reason: 'it is round', topic: 'items' })
})

test('a record that it refuses ends it right before, each time, by a fate of fail', async () => {
  const rig = await openSinkRig()
  const hooks = { refuse: refuseTens }
  const outside = new KeptOutside(hooks)
  await rig.feed([...items(1, 9).map((each) => ofKey('A', each)), ofKey('A', items(10, 10)[0])])
  for (const times of [1, 2]) {
    const sink = rig.start(outside, { bad: 'fail' })
    await expect(sink.done, `${times}`).rejects.toMatchObject({ code: 'sink-stopped-by-record' })
    expect(outside.rows).toHaveLength(9)
  }
  Object.assign(hooks, { refuse: undefined })
  await rig.start(outside, { bad: 'fail' }).drain()
  expect(outside.rows).toHaveLength(10)
})

function ofKey(symbol: string, each: InputItem | undefined): InputItem {
  if (each?.kind !== 'record') throw new Error('no record')
  return { ...each, value: { ...each.value, symbol } }
}

test('what cannot be read meets the same fate, with its bytes', async () => {
  const rig = await openSinkRig()
  const outside = new KeptOutside()
  const unreadable = { kind: 'bad', reason: 'no number', original: 'A,x', place: 'f:1' }
  await rig.feed([...items(1, 5), unreadable as unknown as InputItem])
  await rig.start(outside).drain()
  expect(outside.rows).toHaveLength(5)
  expect(await letters(rig)).toBe(1)
})

test('a sink that is blocked asks for no more, however much comes', async () => {
  const rig = await openSinkRig()
  const gate = Promise.withResolvers<undefined>()
  const outside = new KeptOutside({
    batches: { records: 10 },
    on: (call) => (call === 'write' ? gate.promise : undefined),
  })
  const rows = items(1, 300).map((each) => ofKey('A', each))
  await rig.feed(rows.slice(0, 30))
  const sink = rig.start(outside)
  await rig.until(() => rig.kinds().filter((kind) => kind === 'sink-claimed').length === 2)
  for (const row of rows.slice(30)) await rig.feed([row])
  // That which holds nothing goes on looking; the other has one batch under way and one ahead.
  await rig.until(() => Math.max(...rig.fetches.values()) > 50)
  expect(Math.min(...rig.fetches.values())).toBeLessThanOrEqual(2)
  expect(outside.batches).toEqual([])
  gate.resolve(undefined)
  await sink.drain()
  expect(outside.rows).toHaveLength(300)
  expect(Math.max(...outside.batches.map(({ records }) => records.length))).toBe(10)
})

test('a large batch is read in portions, and nothing ahead of it', async () => {
  const rig = await openSinkRig()
  const counts: (readonly [number, number])[] = []
  const fetches = (): number => Math.max(...rig.fetches.values())
  const outside = new KeptOutside({
    batches: { records: 6_000, lingerMs: 1_000_000 },
    on: async (call) => {
      if (call !== 'write') return
      const before = fetches()
      for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate)
      counts.push([before, fetches()])
    },
  })
  const rows = items(1, 12_000).map((each) => ofKey('A', each))
  for (let at = 0; at < rows.length; at += 500) await rig.feed(rows.slice(at, at + 500))
  await rig.start(outside).drain()
  expect(outside.batches.map(({ records }) => records.length)).toEqual([6_000, 6_000])
  expect(rig.mostAsked()).toBe(5_000)
  // The first batch took two.
  expect(counts[0]).toEqual([2, 2])
})

test('a position that retention has passed is never jumped over in silence', async () => {
  const rig = await openSinkRig()
  const outside = new KeptOutside()
  await rig.feed(items(1, 30).map((each) => ofKey('A', each)))
  const [bounds] = (
    await rig.log.bounds([0, 1].map((partition) => ({ topic: 'items', partition })))
  ).filter(({ stable }) => stable > 0)
  const partition = bounds?.partition ?? 0
  await rig.log.deleteBefore([{ topic: 'items', partition, offset: 30 }])
  outside.positions.set(partition, 4)
  await expect(rig.start(outside).done).rejects.toMatchObject({
    code: 'sink-behind',
    coordinates: { partition, position: 4 },
  })
  outside.positions.set(partition, 4_000)
  await expect(rig.start(outside).done).rejects.toMatchObject({ code: 'sink-ahead' })
})

test('a drain tells of a position that a topic without records does not have', async () => {
  const rig = await openSinkRig()
  const outside = new KeptOutside()
  outside.positions.set(0, 6)
  await expect(rig.start(outside).drain()).rejects.toMatchObject({ code: 'sink-ahead' })
})

test('of two processes each writes its share, and who stays takes over', async () => {
  const broker = createMemoryBroker()
  const [one, two] = [await openSinkRig(broker, 'one'), await openSinkRig(broker, 'two')]
  const outside = new KeptOutside()
  const [first, second] = [one.start(outside), two.start(outside)]
  const claims = (rig: SinkRig): number => rig.kinds().filter((k) => k === 'sink-claimed').length
  await one.until(() => claims(one) > 0 && claims(two) > 0)
  await one.feed(items(1, 30))
  await one.until(() => outside.rows.length === 30)
  await second.stop()
  await one.feed(items(31, 60))
  await one.until(() => outside.rows.length === 60)
  await first.stop()
  expect(outside.rows.toSorted()).toEqual(rowsOf(1, 60))
})

test('a stop waits for an outside that is away, or hangs, for some seconds at most', async () => {
  const rig = await openSinkRig()
  const never = new Promise<void>(() => undefined)
  const hanging = new KeptOutside({ on: (call) => (call === 'write' ? never : undefined) })
  await rig.feed(items(1, 5))
  const sink = rig.start(hanging)
  await rig.until(() => rig.kinds().includes('sink-claimed'))
  await sink.stop()
  const away = new KeptOutside({
    on: () => {
      throw unavailable()
    },
  })
  await rig.start(away).stop()
  expect(rig.kinds().filter((kind) => kind === 'sink-ended')).toHaveLength(2)
})
