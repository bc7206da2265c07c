import { expect, test } from 'vitest'
import type { TopicAbout, TopicSpec } from '../../connector.ts'
import { checkTopic, maxBatchBytes, settingsOf, specOf } from './topic-settings.ts'

const HOUR = 3_600_000_000
const about: TopicAbout = { schema: 'string', key: ['symbol'], delay: 0 }
const own: TopicSpec = { name: 't.between', partitions: 2, keeps: 'all' }
const state: TopicSpec = { name: 't.state', partitions: 2, keeps: 'latest' }
const letters: TopicSpec = { name: 't.dead-letters', partitions: 2, keeps: 'all', about }
const output: TopicSpec = { name: 'signals', partitions: 2, keeps: 'all', about, isWritten: true }
const input: TopicSpec = { name: 'ticks', partitions: 2, keeps: 'all', about, isWritten: false }

test.for([own, state, letters, output, { ...state, retention: HOUR }, { ...output, retention: 1 }])(
  'makes topics that it takes as they are and reads the same from: %o',
  (spec) => {
    const settings = settingsOf(spec)
    expect(() => checkTopic(spec, 2, settings)).not.toThrow()
    const { name, keeps, retention } = spec
    const rounded = retention === 1 ? { retention: 1_000 } : retention && { retention }
    expect(specOf(name, 2, settings)).toEqual({ name, partitions: 2, keeps, ...rounded })
  },
)

test('takes the append time for the time of every record', () => {
  for (const spec of [own, state, letters, output]) {
    expect(settingsOf(spec).get('message.timestamp.type')).toBe('LogAppendTime')
  }
})

test.for([
  [own, 64 << 20],
  [state, 32 << 20],
  [letters, 8 << 20],
  [output, 1_048_588],
] as const)('knows how large a batch may be: %o', ([spec, bytes]) => {
  expect(maxBatchBytes(settingsOf(spec))).toBe(bytes)
})

test('knows that a batch must fit in a segment', () => {
  const settings = new Map([...settingsOf(own), ['segment.bytes', '1048576']])
  expect(maxBatchBytes(settings)).toBe(1_048_576)
})

const week = { 'cleanup.policy': 'delete', 'retention.ms': '604800000' }
const compacted = { 'cleanup.policy': 'compact', 'retention.ms': '604800000' }

test.for([
  ['an input that keeps a week', input, week],
  ['an input that is compacted', input, compacted],
  ['an output that says nothing of retention', output, week],
  ['an output that keeps longer than it must', { ...output, retention: HOUR }, week],
  [
    'an output that keeps for ever',
    { ...output, retention: HOUR },
    { ...week, 'retention.ms': '-1' },
  ],
  ['a topic whose settings may not be seen', own, {}],
  ['state that is compacted, whatever its retention', state, compacted],
] as const)('takes %s', ([, spec, settings]) => {
  expect(() => checkTopic(spec, 2, new Map(Object.entries(settings)))).not.toThrow()
})

test.for([
  ['an input with other partitions', { ...input, partitions: 3 }, week, 'has 2 partitions, not 3'],
  ['records between tasks that go after a week', own, week, 'retention.ms=-1'],
  [
    'an output that keeps too short',
    { ...output, retention: 200 * 24 * HOUR },
    week,
    '17280000000',
  ],
  ['state that is not compacted', state, week, 'cleanup.policy=[compact]'],
  ['records between tasks that are compacted', own, compacted, 'cleanup.policy=[delete]'],
  ['an output that is compacted', output, compacted, 'cleanup.policy=[delete]'],
  [
    'state that is compacted and deleted',
    state,
    { ...week, 'cleanup.policy': 'compact,delete' },
    'retention.ms=-1',
  ],
  [
    'records between tasks of which few bytes are kept',
    own,
    { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '1000000' },
    'retention.bytes=-1',
  ],
  [
    'state that takes small batches only',
    state,
    { 'cleanup.policy': 'compact', 'max.message.bytes': '1000' },
    'max.message.bytes=',
  ],
] as const)('refuses %s, and says the repair', ([, spec, settings, repair]) => {
  const refused = expect.objectContaining({
    code: 'topic-differs',
    coordinates: { topic: spec.name },
    message: expect.stringContaining(repair) as string,
  }) as Error
  expect(() => checkTopic(spec, 2, new Map(Object.entries(settings)))).toThrow(refused)
})
