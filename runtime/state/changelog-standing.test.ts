import { expect, test } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { type Changelog, openChangelog } from './changelog.ts'
import { type ChangelogStanding, WITNESS, witnessOf } from './changelog-standing.ts'

const ONE = Buffer.of(1)

async function open(last?: ChangelogStanding): Promise<Changelog> {
  const log = createMemoryBroker().connect()
  await log.createTopics([{ name: 't.state', partitions: 1, keeps: 'latest' }])
  const none = (): undefined => undefined
  const about = { log, last, copy: undefined, onDropped: none, onRead: none, newId: () => 'new' }
  return openChangelog({ ...about, id: { topic: 't.state', partition: 0 } })
}

test('a commit that writes nothing says again what the last one wrote that did', async () => {
  const changelog = await open()
  const changes = [['a', ONE] as const, ['b', null] as const]
  const written = { id: 'new', stateEnd: 0, values: 1, deletions: 1 }
  expect(changelog.standing(changes)).toEqual(written)
  changelog.committed(changes, 2, [])
  expect(changelog.standing([])).toEqual(written)
  changelog.committed([], undefined, [])
  expect(changelog.standing([['c', ONE]])).toEqual({ ...written, stateEnd: 2 })
})

test('a restart that has written nothing says what it was opened with', async () => {
  const last = { id: 'old', stateEnd: 7, values: 3, deletions: 2 }
  expect((await open(last)).standing([])).toEqual(last)
})

test.each([
  ['nothing', [], []],
  ['a value', [['a', ONE]], []],
  ['a value and a deletion', [['a', null] as const, ['b', ONE] as const], []],
  ['deletions', [['a', null] as const], [[WITNESS, ONE]]],
] as const)('a commit of %s leaves something of itself', (_what, changes, witness) => {
  expect(witnessOf(changes)).toEqual(witness)
})
