import { expect, test } from 'vitest'
import type { TopicSpec } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Framing } from '../registry/framing.ts'
import { createTopicBook } from './topic-book.ts'

const spec: TopicSpec = { name: 'ticks', partitions: 2, keeps: 'all' }

function scene() {
  const looked: string[] = []
  const framed: TopicSpec[] = []
  const there = new Map([['ticks', { spec, maxBytes: 1_000 }]])
  const book = createTopicBook({
    lookUp: (topic) => {
      looked.push(topic)
      return Promise.resolve(there.get(topic))
    },
    frame: (_, framedSpec) => {
      framed.push(framedSpec)
      return Promise.resolve<Framing | undefined>(undefined)
    },
  })
  return { looked, framed, there, book }
}

test('looks a topic up once for all who ask', async () => {
  const { book, looked, framed } = scene()
  expect(book.known('ticks')).toBe(undefined)
  const [one, two] = await Promise.all([book.find('ticks'), book.find('ticks')])
  expect(one).toBe(two)
  expect(await book.find('ticks')).toBe(one)
  expect(one).toEqual({ name: 'ticks', partitions: 2, spec, maxBytes: 1_000, framing: undefined })
  expect([looked, framed.length, book.known('ticks')]).toEqual([['ticks'], 1, one])
})

test('asks again for a topic that was missing', async () => {
  const { book, there } = scene()
  const missing = book.find('bars').catch((error: unknown) => error)
  expect(await missing).toBeInstanceOf(EngineError)
  expect(await missing).toMatchObject({ code: 'topic-missing', coordinates: { topic: 'bars' } })
  there.set('bars', { spec: { ...spec, name: 'bars' }, maxBytes: 5 })
  expect(await book.find('bars')).toMatchObject({ maxBytes: 5 })
})

test('goes by what was noted last, until the topic is forgotten', async () => {
  const { book, looked, framed } = scene()
  const written = { ...spec, isWritten: true }
  await book.note({ spec: written, maxBytes: 7 })
  expect(await book.find('ticks')).toMatchObject({ maxBytes: 7, spec: written })
  expect([looked, framed]).toEqual([[], [written]])
  book.forget('ticks')
  expect(await book.find('ticks')).toMatchObject({ maxBytes: 1_000 })
})
