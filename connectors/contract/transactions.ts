// What a log must do for writers: all of a transaction or nothing, and one writer under a name.
import { expect } from 'vitest'
import type { Writes } from '../connector.ts'
import { append, type Row, row, series, valuesOf } from './row.ts'
import { createTopic, faultOf, type LogCases, outcomeOf, read } from './scene.ts'

const PARTITIONS = [0, 1, 2]

/** The same rows to each partition of the topic. */
function everywhere(topic: string, rows: readonly Row[]): Writes {
  return { appends: PARTITIONS.map((each) => append(topic, each, rows)), puts: [] }
}

export const transactionCases: LogCases = {
  'writes a transaction to every partition that it names': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { partitions: 3 })
    const other = await createTopic(scene, log)
    const producer = await log.producer(scene.named('writer'))
    const appends = [
      append(topic, 2, series('a', 2)),
      append(other, 0, series('b', 1)),
      append(topic, 2, series('c', 2)),
      append(topic, 0, series('d', 1)),
    ]
    await producer.transact({ appends, puts: [] })
    const reader = await scene.connect()
    const first = await read(reader, topic, 4, { partition: 2 })
    expect(valuesOf(first)).toEqual(['a 0', 'a 1', 'c 0', 'c 1'])
    expect(valuesOf(await read(reader, other, 1))).toEqual(['b 0'])
    expect(valuesOf(await read(reader, topic, 1))).toEqual(['d 0'])
  },

  'says where each append ended, on a log without tables': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { partitions: 3 })
    const producer = await log.producer(scene.named('writer'))
    for (const [round, name] of ['a', 'b'].entries()) {
      const appends = [
        append(topic, 1, series(name, 2)),
        append(topic, 0, series(name, 1)),
        append(topic, 1, series(name, 3)),
      ]
      const ends = await producer.transact({ appends, puts: [] })
      if (log.tables !== undefined) {
        expect(ends).toEqual([])
        continue
      }
      const left = await read(log, topic, 1 + round, { partition: 0 })
      const right = await read(log, topic, 5 * (1 + round), { partition: 1 })
      const end = (rows: typeof left): number => (rows.at(-1)?.offset ?? NaN) + 1
      expect(ends).toEqual([end(right) - 3, end(left), end(right)])
    }
  },

  'writes nothing of a transaction that cannot be written whole': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log, { partitions: 3 })
    const missing = append(scene.named('missing'), 0, series('x', 1))
    const name = scene.named('writer')
    const producer = await log.producer(name)
    await producer.transact(everywhere(topic, series('before', 1)))
    const { appends } = everywhere(topic, series('lost', 5))
    await faultOf(
      producer.transact({ appends: [...appends, missing], puts: [] }),
      'topic-missing',
      'aborted',
    )
    await (await log.producer(name)).transact(everywhere(topic, series('after', 1)))
    for (const partition of PARTITIONS) {
      const values = valuesOf(await read(log, topic, 2, { partition }))
      expect(values).toEqual(['before 0', 'after 0'])
    }
  },

  'does nothing for a transaction without records': async (scene) => {
    const log = await scene.connect()
    const topic = await createTopic(scene, log)
    const producer = await log.producer(scene.named('writer'))
    const before = await log.bounds([{ topic, partition: 0 }])
    await producer.transact({ appends: [], puts: [] })
    await producer.transact({ appends: [append(topic, 0, [])], puts: [] })
    expect(await log.bounds([{ topic, partition: 0 }])).toEqual(before)
    await producer.transact({ appends: [append(topic, 0, series('a', 1))], puts: [] })
    expect(valuesOf(await read(log, topic, 1))).toEqual(['a 0'])
  },

  'raises the epoch with every opening of a name': async (scene) => {
    const [log, other] = [await scene.connect(), await scene.connect()]
    const name = scene.named('writer')
    const first = await log.producer(name)
    const second = await other.producer(name)
    await second.close()
    const third = await log.producer(name)
    expect(first).toMatchObject({ name })
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(third.epoch).toBeGreaterThan(second.epoch)
  },

  'fences a producer whose name was opened again, and no other': async (scene) => {
    const [log, other] = [await scene.connect(), await scene.connect()]
    const topic = await createTopic(scene, log, { partitions: 3 })
    const name = scene.named('slot')
    const bystander = await log.producer(scene.named('bystander'))
    const zombie = await log.producer(name)
    await zombie.transact(everywhere(topic, series('zombie', 1)))
    const owner = await other.producer(name)
    await faultOf(zombie.transact(everywhere(topic, series('never', 3))), 'fenced')
    await owner.transact(everywhere(topic, series('owner', 1)))
    await faultOf(zombie.transact(everywhere(topic, series('never', 3))), 'fenced')
    await bystander.transact(everywhere(topic, series('bystander', 1)))
    for (const partition of PARTITIONS) {
      const values = valuesOf(await read(log, topic, 3, { partition }))
      expect(values).toEqual(['zombie 0', 'owner 0', 'bystander 0'])
    }
  },

  'settles what the earlier holder of a name was writing: all of it, or nothing': async (scene) => {
    const [log, other] = [await scene.connect(), await scene.connect()]
    const topic = await createTopic(scene, log, { partitions: 3 })
    const name = scene.named('slot')
    const wanted: string[] = []
    const unknown = new Set<string>()
    for (let round = 0; round < 10; round += 1) {
      const zombie = await log.producer(name)
      const writing = outcomeOf(zombie.transact(everywhere(topic, [row('a', `zombie ${round}`)])))
      const owner = await other.producer(name)
      await owner.transact(everywhere(topic, [row('a', `owner ${round}`)]))
      const outcome = await writing
      expect(['done', 'fenced', 'aborted', 'outcome-unknown']).toContain(outcome)
      if (outcome === 'outcome-unknown') unknown.add(`zombie ${round}`)
      if (outcome === 'done') wanted.push(`zombie ${round}`)
      wanted.push(`owner ${round}`)
    }
    const came: (readonly (string | null)[])[] = []
    for (const partition of PARTITIONS) {
      const rows = await read(log, topic, wanted.length, { partition })
      came.push(valuesOf(rows))
    }
    expect(came[1]).toEqual(came[0])
    expect(came[2]).toEqual(came[0])
    expect(came[0]?.filter((value) => value === null || !unknown.has(value))).toEqual(wanted)
  },

  'keeps what several producers write at once whole and in order': async (scene) => {
    const topic = await createTopic(scene, await scene.connect(), { partitions: 3 })
    const rounds = Array.from({ length: 10 }, (_, round) => round)
    const writers = ['x', 'y', 'z']
    await Promise.all(
      writers.map(async (word) => {
        const producer = await (await scene.connect()).producer(scene.named(word))
        for (const round of rounds) {
          await producer.transact(everywhere(topic, [row('a', `${word} ${round}`)]))
        }
      }),
    )
    const log = await scene.connect()
    for (const partition of PARTITIONS) {
      const values = valuesOf(await read(log, topic, 30, { partition }))
      for (const word of writers) {
        const own = values.filter((value) => value?.startsWith(word))
        expect(own).toEqual(rounds.map((round) => `${word} ${round}`))
      }
      expect(values).toHaveLength(30)
    }
  },
}
