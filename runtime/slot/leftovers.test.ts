import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { openDriver } from '../driver.ts'
import { openItemsLog, planItems } from '../items-log.test-data.ts'
import { makeLayout } from '../layout.ts'
import { item } from '../reference/run-steps.test-data.ts'
import { readResults } from '../results/read-results.ts'

const KEEP = '  keep: { from: items, filter: n > 0 }'
const TOTAL = '  total: { from: keep, sum: }'

test('a step that is taken out and put back does not go on with what it knew', async () => {
  const both = planItems(`${KEEP}\n${TOTAL}`)
  const rig = await openItemsLog(both)
  const { operators, log } = rig.options()
  const totals: unknown[] = []
  for (const [index, plan] of [both, planItems(KEEP), both].entries()) {
    const layout = makeLayout(plan)
    const driver = await openDriver({ layout, operators, log })
    await rig.feed('items', [item('A', index, index + 1) as InputItem])
    await driver.run()
    await driver.close()
    const { state } = await readResults(layout, log)
    totals.push(state.get('total')?.get('total')?.get('0 A'))
  }
  // It has not seen the 2, so 1 + 3 would be a total of nothing.
  expect(totals).toEqual([{ n: 1 }, undefined, { n: 3 }])
})
