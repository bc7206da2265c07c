import { expect, test } from 'vitest'
import type { GroupPositions, Log } from '../../connectors/connector.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { openItemsLog, planItems } from '../items-log.test-data.ts'
import { item } from '../reference/run-steps.test-data.ts'
import { Slot } from './slot.ts'

const PLAN = planItems(`  all: { from: items, pass: , key: all }
  total: { from: all, sum: }`)

/** The log, and what the slots said of their group. */
function listening(log: Log) {
  const said: (GroupPositions | undefined)[] = []
  const own: Log = {
    ...log,
    producer: async (name) => {
      const producer = await log.producer(name)
      return {
        ...producer,
        transact: (writes) => {
          said.push(writes.read)
          return producer.transact(writes)
        },
      }
    },
  }
  return { own, said }
}

test('tells with each commit how far the group has read what the world appended', async () => {
  const rig = await openItemsLog(PLAN)
  const { own, said } = listening(rig.options().log)
  const slot = await Slot.open(0, rig.options({ log: own }), new Map())
  await rig.feed('items', [item('A', 1) as InputItem, item('A', 2) as InputItem])
  while ((await slot.round()) > 0);
  // What marks the opening comes first, and says nothing of it.
  expect(said.find((each) => each !== undefined)).toEqual({
    group: 't',
    // Its reader goes on behind the marker of the feeder's transaction.
    positions: [{ topic: 'items', partition: 0, offset: 3 }],
  })
  // The stream between its tasks is no business of those who watch the group.
  expect(said.at(-1)?.positions.map(({ topic }) => topic)).toEqual(['items'])
})
