import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { HEARTBEAT, RECORD } from '../../connectors/record-batch.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { openItemsLog, planItems } from '../items-log.test-data.ts'
import { Slot } from '../slot/slot.ts'

const PLAN = planItems('  total: { from: items, sum: }')
const SINK: PlannedSink = {
  ...{ name: 'copy', kind: 'kept', connection: 'there', topic: 'items' },
  ...{ config: {}, bad: 'dead-letter', away: undefined },
}

test.each([
  ['copy', undefined],
  ['total', 'log-damaged'],
])('a letter of "%s" before the first commit is a sign of damage: %s', async (step, code) => {
  const rig = await openItemsLog(PLAN)
  const letters = new BatchBuilder()
  letters.add(HEARTBEAT, undefined, null, NaN, NaN)
  letters.add(RECORD, step, Buffer.from('any'), 1, 1)
  const append = { topic: 't.dead-letters', partition: 0, batch: letters.take() }
  await (await rig.log.producer('other')).transact({ appends: [append], puts: [] })
  const layout = { ...rig.layout, plan: { ...PLAN, sinks: [SINK] } }
  const opened = Slot.open(0, rig.options({ layout }), new Map())
  if (code === undefined) await (await opened).close()
  else await expect(opened).rejects.toMatchObject({ code })
})
