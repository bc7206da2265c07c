// What a log must do with topics: make, compare, describe and delete them.
import { expect } from 'vitest'
import type { TopicAbout, TopicSpec } from '../connector.ts'
import { series, valuesOf } from './row.ts'
import { boundsOf, createTopic, faultOf, type LogCases, read, write } from './scene.ts'

const HOUR = 3_600_000_000
const about: TopicAbout = {
  schema: { type: 'record', name: 'Tick', fields: [{ name: 'price', type: 'double' }] },
  key: ['symbol'],
  time: 'time',
  available: 'received',
  delay: 5,
  unit: 'ns',
}
const otherSchema = { type: 'record', name: 'Tick', fields: [{ name: 'size', type: 'double' }] }

export const topicCases: LogCases = {
  'lists topics with all that was said of them': async (scene) => {
    const log = await scene.connect()
    const full = { partitions: 3, keeps: 'latest', retention: HOUR, about } as const
    const specs: readonly TopicSpec[] = [
      { name: scene.named('plain'), partitions: 1, keeps: 'all' },
      { name: scene.named('full'), ...full },
    ]
    await log.createTopics(specs)
    const topics = await (await scene.connect()).topics()
    for (const spec of specs) expect(topics.get(spec.name)).toEqual(spec)
  },

  'leaves a topic that is there already as it is': async (scene) => {
    const log = await scene.connect()
    const name = await createTopic(scene, log, { about })
    await write(scene, log, name, series('a', 3))
    const later = { ...structuredClone(about), delay: 6 }
    await log.createTopics([{ name, partitions: 1, keeps: 'all', about: later }])
    await log.createTopics([{ name, partitions: 1, keeps: 'all' }])
    expect((await log.topics()).get(name)?.about).toEqual(about)
    expect(valuesOf(await read(log, name, 3))).toEqual(['a 0', 'a 1', 'a 2'])
  },

  'notes what a topic is about where nothing was known': async (scene) => {
    const log = await scene.connect()
    const name = await createTopic(scene, log)
    await log.createTopics([{ name, partitions: 1, keeps: 'all', about }])
    expect((await log.topics()).get(name)?.about).toEqual(about)
  },

  'refuses a topic that is there with other partitions': async (scene) => {
    const log = await scene.connect()
    const name = await createTopic(scene, log, { partitions: 2 })
    await faultOf(log.createTopics([{ name, partitions: 3, keeps: 'all' }]), 'topic-differs')
    expect((await log.topics()).get(name)?.partitions).toBe(2)
  },

  'refuses a topic that is there with another schema': async (scene) => {
    const log = await scene.connect()
    const name = await createTopic(scene, log, { about })
    const other = { ...about, schema: otherSchema }
    await faultOf(
      log.createTopics([{ name, partitions: 1, keeps: 'all', about: other }]),
      'topic-differs',
    )
    expect((await log.topics()).get(name)?.about).toEqual(about)
  },

  'misses a topic that nobody has made': async (scene) => {
    const log = await scene.connect()
    const topic = scene.named('missing')
    const options = { maxRecords: 1, waitMs: 0 }
    expect((await log.topics()).has(topic)).toBe(false)
    await faultOf(log.bounds([{ topic, partition: 0 }]), 'topic-missing')
    await faultOf(log.fetch([{ topic, partition: 0, offset: 0 }], options), 'topic-missing')
  },

  'forgets a deleted topic and its records': async (scene) => {
    const log = await scene.connect()
    const name = await createTopic(scene, log, { about })
    await write(scene, log, name, series('old', 3))
    await read(log, name, 3)
    await log.deleteTopic(name)
    expect((await log.topics()).has(name)).toBe(false)
    await faultOf(log.bounds([{ topic: name, partition: 0 }]), 'topic-missing')
    await log.createTopics([{ name, partitions: 2, keeps: 'all' }])
    expect((await log.topics()).get(name)).toEqual({ name, partitions: 2, keeps: 'all' })
    await write(scene, log, name, series('new', 1))
    const { first } = await boundsOf(log, name)
    expect(valuesOf(await read(log, name, 1, { from: first }))).toEqual(['new 0'])
  },
}
