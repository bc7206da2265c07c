// A topic: what it is, and its tail.
import { element } from './dom.ts'
import type { Topic } from './answers.ts'
import type { Page, View } from './page.ts'
import { details, facts, table } from './table.ts'
import { makeTail } from './tail.ts'
import { duration, short } from './value-text.ts'

export function topicView(page: Page, topic: Topic): View {
  const rate = element('span', {}, '–')
  const lag = element('span', {}, '–')
  const isInput = topic.role === 'input'
  const tail = makeTail(page.streams, topic)
  return {
    root: details(
      `${topic.role} topic`,
      topic.name,
      facts([
        ['topic', topic.topic],
        ['schema', topic.schema],
        ['key', topic.key.join(' + ') || 'all'],
        ['partitions', String(topic.partitions)],
        ['table', [topic.table, topic.copies && 'copied to every task'].filter(Boolean).join(', ')],
        ['lateness', topic.lateness > 0 ? duration(topic.lateness) : undefined],
        ['records', isInput ? rate : undefined],
        ['lag', isInput ? lag : undefined],
      ]),
      element(
        'details',
        {},
        element('summary', {}, `${topic.fields.length} fields`),
        table(
          `Fields of ${topic.name}`,
          [{ title: 'field' }, { title: 'type' }],
          topic.fields.map(({ name, type }) => [name, type]),
        ),
      ),
      tail.root,
    ),
    show: ({ seconds, topics }) => {
      const found = topics.find(({ name }) => name === topic.name)
      if (found === undefined || seconds === 0) return
      rate.textContent = `${short(found.recordsPerSecond)}/s, ${short(found.records)} in all`
      lag.textContent = found.lagRecords === null ? '–' : `${short(found.lagRecords)} records`
    },
    end: tail.end,
  }
}
