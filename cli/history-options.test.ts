import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, millrace, QUOTES } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: desk
parameters: { least: 0 }
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  kept: { topic: kept, schema: market/Quote, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  large:
    from: quotes
    filter: bid > param.least
    to: kept
`

/** A topology, and an environment in a folder of its own with the file that it names. */
function makeScene(environment: string) {
  const place = makePlace()
  mkdirSync(join(place.folder, 'history/data'), { recursive: true })
  place.file('history/data/quotes.csv', QUOTES)
  const other = place.file('other.csv', `symbol,bid,ask,time\nA,1,2,2024-01-02T00:00:00Z\n`)
  const topology = place.file('topology.yaml', TOPOLOGY)
  const env = place.file('history/env.yaml', environment)
  const out = join(place.folder, 'out')
  const replay = async (...more: readonly string[]) => {
    const outcome = await millrace(['replay', topology, '--env', env, '--out', out, ...more])
    const read = (): string => readFileSync(join(out, 'kept.jsonl'), 'utf8')
    return { ...outcome, kept: outcome.code === 0 ? read().split('\n').length - 1 : undefined }
  }
  const verify = (...more: readonly string[]) =>
    millrace(['verify', topology, '--env', env, '--seeds', '1', '--json', ...more])
  return { ...place, topology, env, other, replay, verify }
}

const INPUTS = 'inputs: [quotes=data/quotes.csv]\n'

test('replay takes inputs, range and parameters from the file', async () => {
  expect(await makeScene(INPUTS).replay()).toMatchObject({ code: 0, kept: 3 })
  const range = 'from: 2024-01-02T00:00:01Z\nto: 2024-01-02T00:00:02Z\n'
  expect(await makeScene(`${INPUTS}${range}`).replay()).toMatchObject({ kept: 1 })
  expect(await makeScene(`${INPUTS}set: { least: 100 }\n`).replay()).toMatchObject({ kept: 1 })
})

test('the command line wins over the file, and its inputs replace those of the file', async () => {
  const scene = makeScene(`${INPUTS}to: 2024-01-02T00:00:01Z\nset: { least: 100 }\n`)
  expect(await scene.replay('--set', 'least=0')).toMatchObject({ kept: 1 })
  const late = await scene.replay('--set', 'least=0', '--to', '2024-01-03T00:00:00Z')
  expect(late).toMatchObject({ kept: 3 })
  const other = await scene.replay('--set', 'least=0', '--input', `quotes=${scene.other}`)
  expect(other).toMatchObject({ kept: 1 })
})

test('verify takes the same file', async () => {
  const { code, out } = await makeScene(`${INPUTS}set: { least: 100 }\n`).verify('--records', '2')
  expect({ code, verdict: JSON.parse(out) as unknown }).toMatchObject({
    code: 0,
    verdict: { ok: true, records: 2 },
  })
})

test.each<[what: string, environment: string, more: readonly string[], message: RegExp]>([
  [
    'no inputs at all',
    'set: { least: 1 }\n',
    [],
    /--input TOPIC=PATH, or --env FILE with "inputs"/,
  ],
  [
    'a file that is not there',
    'inputs: [quotes=no.csv]\n',
    [],
    /there is no file .*history\/no.csv/,
  ],
  ['a topic that is not read', 'inputs: [ticks=data/quotes.csv]\n', [], /reads no topic "ticks"/],
  ['a parameter that is not there', `${INPUTS}set: { lest: 1 }\n`, [], /"lest"/],
  [
    'a range without an inside',
    `${INPUTS}from: 2024-01-03T00:00:00Z\n`,
    ['--to', '2024-01-02T00:00:00Z'],
    /"from" of --env is not before --to, so there is nothing to replay/,
  ],
  ['a key that it lacks', `${INPUTS}logs: memory\n`, [], /the environment has no key "logs"/],
])('replay refuses %s', async (_, environment, more, message) => {
  const { code, err } = await makeScene(environment).replay(...more)
  expect(code).toBe(1)
  expect(err).toMatch(message)
})
