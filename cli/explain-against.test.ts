import { expect, test } from 'vitest'
import { makePlace, millrace, QUOTES } from './log-commands.test-data.ts'

const topology = (fast: number, more = '', partitions = 1): string => `topology: averages
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
topics:
  quotes:
    { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: ${partitions} }
steps:
  sound:
    from: quotes
    filter: ask > bid
  average:
    from: sound
    indicator:
      fast: ema(bid, ${fast})
${more}`

const SLOW = '  slow:\n    from: sound\n    indicator:\n      slow: ema(bid, 26)\n'

/** A place where the first form has run. */
async function ran(first: string) {
  const { log, file } = makePlace()
  const path = file('topology.yaml', first)
  const csv = file('quotes.csv', QUOTES)
  const feed = ['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', path]
  for (const words of [feed, ['run', path, '--log', log, '--until-idle']]) {
    expect(await millrace(words)).toMatchObject({ code: 0 })
  }
  const against = async (text: string, ...more: readonly string[]) =>
    millrace(['explain', file('next.yaml', text), '--against', log, ...more])
  return { log, against }
}

test('says that nothing has run on a log', async () => {
  const { log, file } = makePlace()
  const csv = file('quotes.csv', QUOTES)
  const path = file('topology.yaml', topology(12))
  await millrace(['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', path])
  const { code, out } = await millrace(['explain', path, '--against', log])
  expect(code).toBe(0)
  expect(out).toContain(`against ${log}: 0 of 1 tasks have committed there`)
  expect(out).toMatch(/average\s+new\s/)
})

test('says per step what is kept, begins anew, is new and has gone', async () => {
  const { against } = await ran(topology(12, SLOW))
  const same = await against(topology(12, SLOW))
  expect(same).toMatchObject({ code: 0 })
  expect(same.out).toMatch(/sound\s+stateless.*\n\s+average\s+kept.*\n\s+slow\s+kept/)
  const other = await against(topology(13, SLOW.replaceAll('slow', 'late')), '--json')
  const { against: said } = JSON.parse(other.out) as { against: Record<string, unknown> }
  expect(said['steps']).toEqual([
    { step: 'sound', verdict: 'stateless' },
    { step: 'average', verdict: 'rebuilt' },
    { step: 'late', verdict: 'new' },
  ])
  expect(said['gone']).toEqual(['slow'])
})

test('fails for what cannot run there, with the repair', async () => {
  const { against } = await ran(topology(12))
  const { code, out } = await against(topology(12, '', 3))
  expect(code).toBe(1)
  expect(out).toContain(
    'incompatible: topic "quotes" has 1 partitions, and 3 are declared; partitions are part of ' +
      'what a topology means: declare those that are there, or name another topic',
  )
})
