import { expect, test } from 'vitest'
import { type CommitRecord, decodeCommit, encodeCommit } from './commit-record.ts'

const { NEGATIVE_INFINITY } = Number

test('reads back what it wrote, clocks before every record included', () => {
  const record: CommitRecord = {
    number: 3,
    epoch: 1,
    topology: 't',
    shapeHash: 'aa',
    states: ['5678'],
    fullHash: 'bb',
    taken: 9,
    clock: NEGATIVE_INFINITY,
    promised: { clock: NEGATIVE_INFINITY, hasEnded: false },
    positions: { 'items/0': 7, 'clock/1': 0 },
    channels: {
      'items/0/-1': { clock: NEGATIVE_INFINITY, sequence: 0, offset: 7, hasEnded: false },
      'items/1/-1': { clock: 1.7e15 + 1, sequence: 4, offset: 0, hasEnded: true },
    },
    sent: { 'stream all': [0, 4] },
    steps: {
      clock: { records: 1, emitted: 2, bad: 3, late: 4, duplicate: 5, held: { 'not "ready"': 1 } },
    },
    inputs: { items: { records: 9, bad: 1 } },
    hasFinished: true,
  }
  expect(decodeCommit(encodeCommit(record))).toEqual(record)
})
