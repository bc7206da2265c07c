import { expect, test } from 'vitest'
import type { StoredBatch } from '../../connectors/connector.ts'
import { END, HEARTBEAT, RECORD } from '../../connectors/record-batch.ts'
import type { Channel } from './channel.ts'
import { bareChannel, storedBatch } from './rows.test-data.ts'
import { Source } from './source.ts'

function fetched(batches: readonly StoredBatch[], next: number) {
  return { topic: 't', partition: 0, batches, next, stable: next }
}

/** Takes everything that waits: `clock`, with `h` or `e` for heartbeats and ends. */
function drain(channel: Channel): readonly string[] {
  const taken: string[] = []
  while (channel.waiting > 0) {
    channel.bound()
    const suffix = { [RECORD]: '', [HEARTBEAT]: 'h', [END]: 'e' }[channel.headKind] ?? '?'
    taken.push(`${channel.headClock}${suffix}`)
    channel.advance()
  }
  return taken
}

const sent = (upstream: number, sequence: number, available: number, kind = RECORD) => {
  return { upstream, sequence, available, kind }
}

test('gives each upstream task its channel, in the order of the log', () => {
  const [a, b] = [bareChannel(0, { upstream: 0 }), bareChannel(1, { upstream: 1 })]
  const source = new Source('t', 0, [a, b])
  const rows = [sent(0, 0, 1), sent(1, 0, 2), sent(0, 1, 3), sent(1, 1, 4, HEARTBEAT)]
  source.accept(fetched([storedBatch(rows)], 4))
  expect(source.waiting).toBe(4)
  expect(drain(a)).toEqual(['1', '3'])
  expect(source.position).toBe(1)
  expect(drain(b)).toEqual(['2', '4h'])
  expect(source.position).toBe(4)
})

test('stops at a record that is missing, or there twice', () => {
  const channel = bareChannel(0, { upstream: 0 })
  const source = new Source('t', 0, [channel])
  source.accept(fetched([storedBatch([sent(0, 0, 1), sent(0, 2, 2)])], 2))
  expect(() => drain(channel)).toThrow('t/0 brings number 2 of task 0 where 1 is next')
})

test('passes over what was taken before a restart, markers included', () => {
  const rows = [sent(0, 0, 1), sent(1, 0, 9), sent(0, 1, 5, END), sent(0, 1, 6), sent(0, 2, 7)]
  const before = bareChannel(0, { upstream: 0 })
  const first = new Source('t', 0, [before, bareChannel(1, { upstream: 1 })])
  first.accept(fetched([storedBatch(rows.slice(0, 4))], 4))
  drain(before)
  const after = bareChannel(0, { upstream: 0 })
  after.restore(before.state)
  const second = new Source('t', 0, [after, bareChannel(1, { upstream: 1 })])
  expect(first.position).toBe(1)
  second.next = first.position
  second.accept(fetched([{ ...storedBatch(rows), from: 1 }], 5))
  // The task that sent the END has gone on since: it must not look ended again.
  expect(after.hasEnded).toBe(false)
  expect(drain(after)).toEqual(['7'])
})

test('puts an inserted row before the record at its offset, whenever it is inserted', () => {
  const row = storedBatch([{ kind: END, available: 5 }]).batch
  const rows = [{ available: 1 }, { available: 2 }, { available: 8 }]
  const [live, restarted] = [bareChannel(0), bareChannel(0)]
  const source = new Source('t', 0, [live])
  source.accept(fetched([storedBatch(rows.slice(0, 2))], 2))
  source.insert(2, row)
  source.accept(fetched([storedBatch(rows.slice(2), 2)], 3))
  const again = new Source('t', 0, [restarted])
  again.insert(2, row)
  again.accept(fetched([storedBatch(rows)], 3))
  expect(drain(live)).toEqual(['1', '2', '5e', '8'])
  expect(drain(restarted)).toEqual(['1', '2', '5e', '8'])
})
