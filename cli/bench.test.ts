import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FOLDER, scenarios } from './bench/scenarios.ts'
import { millrace } from './log-commands.test-data.ts'

const MISTAKES = [
  [['repaly'], 'there is no scenario "repaly", and no such file; did you mean "replay"?'],
  [['t2', '--rate', '5'], '--rate says nothing to the bench "t2"; leave it out'],
  [['restore', '--records', '5'], '--records says nothing to the bench "restore"; leave it out'],
  [['t2', '--records', 'many'], '--records "many" is no whole number from 1 to 1000000000'],
  [['t2', '--log', 'kafka:'], '--log "kafka:" names no broker; write kafka:HOST:PORT,HOST:PORT'],
  [['apps/forex/topology.yaml', '--input', 'quots=x.csv'], 'did you mean "quotes"?'],
] as const

test.each(MISTAKES)('refuses %j', async (args, message) => {
  const { code, err } = await millrace(['bench', ...args])
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) as string })
})

test('has a scenario for each file of bench/scenarios but the one for topologies', () => {
  const files = new Set([...scenarios().values()].map(({ file }) => file))
  const own = readdirSync(`${FOLDER}scenarios`).filter((name) => name !== 'topology.ts')
  for (const name of own) expect(files).toContain(`scenarios/${name}`)
})

test('runs a workload and finds its outputs right', async () => {
  const args = ['bench', 't2', '--records', '20000', '--repeats', '1', '--json']
  const { code, out, err } = await millrace(args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const told = JSON.parse(out) as { figures: { outputs: unknown }; audit: { holds: boolean } }
  expect(told.audit.holds).toBe(true)
  expect(told.figures.outputs).toEqual({ bars: 992, signals: 21 })
})

test('runs a topology over records made up for it, as the reference interpreter does', async () => {
  const args = ['bench', 'apps/forex/topology.yaml', '--records', '2000', '--repeats', '1']
  const { code, out, err } = await millrace(args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('as the reference interpreter does')
})
