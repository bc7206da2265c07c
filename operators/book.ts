// book: an order book per key from snapshots and the changes after them, and whether it is whole.
import type { Value } from '../schemas/type.ts'
import { number, struct, word } from '../topology/config.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { bookFields, bookNumbers, carriesReceived, levelsType } from './order-book/book-record.ts'
import { bookSide, type Page, pageRecord } from './order-book/book-side.ts'
import { changeProblem, readDepth } from './order-book/depth-change.ts'
import { depthProblems } from './order-book/depth-fields.ts'
import { type Book, bookStateRecord } from './order-book/book-state.ts'
import { type BookParts, takeChange } from './order-book/keep-book.ts'
import { type Waiting, waitingChanges, waitingRecord } from './order-book/waiting-changes.ts'
import { operator } from './operator.ts'

const MOST_LEVELS = 100_000

export const book = operator({
  name: 'book',
  summary: 'Builds an order book from snapshots and changes, and says when it cannot be relied on.',
  config: struct({
    levels: number({
      summary: 'How many levels of each side are given out, best first.',
      min: 1,
      max: 1_000,
      integer: true,
      default: 10,
    }),
    on_gap: word(['invalidate', 'fail'], {
      summary:
        'Where updates are missing: say once that the book is not valid; or the change is bad too.',
      default: 'invalidate',
    }),
    depth: number({
      summary:
        'How many levels of each side are remembered; others are forgotten until they change.',
      min: 1,
      max: MOST_LEVELS,
      integer: true,
      default: 5_000,
    }),
    buffer: number({
      summary: 'How many changes wait for a snapshot; the oldest goes first, and is counted.',
      min: 1,
      max: MOST_LEVELS,
      integer: true,
      default: 1_000,
    }),
  }),
  fates: ['bad', 'duplicate'],
  infer: ({ step, config, input, span, spanOf, report }) => {
    const problems = depthProblems(input.record)
    for (const { code, message } of problems) {
      report(code, { message, span, repair: 'give the topic `schema: market/Depth`' })
    }
    if (problems.length > 0) return undefined
    if (config.depth < config.levels) {
      const message = `"depth" remembers fewer levels than the ${config.levels} given out`
      report('config-typed', { message, span: spanOf('depth'), repair: 'remember more' })
    }
    const keyFields = input.record.fields.filter(({ name }) => input.key.includes(name))
    const levels = levelsType(step)
    const fields = bookFields(input.record, levels)
    const clash = input.key.find((name) => fields.some((field) => field.name === name))
    if (clash !== undefined) {
      const message = `"${clash}" is part of the key, and a field of every book`
      report('names-unique', { message, span, repair: 'rename the key field with `normalize`' })
      return undefined
    }
    const { key } = input
    const record = inferredRecord(step, [...keyFields, ...fields])
    const page = { key, kind: 'window', entry: pageRecord(`${step}-page`) } as const
    return {
      // The time of a book never goes back, so none comes late.
      outputs: { main: { record, key, lateness: 0 } },
      stores: {
        book: { key, entry: bookStateRecord(`${step}-book`) },
        bids: page,
        asks: page,
        waiting: { key, kind: 'window', entry: waitingRecord(`${step}-waiting`, levels) },
      },
      lookback: 0,
    }
  },
  example: `
topology: book-example
topics:
  depth: { topic: market.depth, schema: market/Depth, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  ladder:
    from: depth
    book: { levels: 2 }
---
tests:
  - it: applies changes to a snapshot, and says once that updates are missing
    feed:
      depth:
        - value:
            symbol: A
            time: 1s
            first_update: 7
            last_update: 7
            snapshot: true
            bids: [{ price: 9, size: 5 }, { price: 8, size: 1 }]
            asks: [{ price: 11, size: 2 }]
        - value:
            symbol: A
            time: 2s
            first_update: 8
            last_update: 9
            bids: [{ price: 9, size: 0 }]
        - value:
            symbol: A
            time: 3s
            first_update: 12
            last_update: 12
            bids: [{ price: 10, size: 3 }]
        - value:
            symbol: A
            time: 4s
            first_update: 13
            last_update: 13
            bids: [{ price: 10, size: 4 }]
        - value:
            symbol: A
            time: 5s
            first_update: 12
            last_update: 12
            snapshot: true
            bids: [{ price: 10, size: 3 }]
            asks: [{ price: 11, size: 2 }]
    expect:
      ladder:
        - { time: 1s, value: { bid: 9, bid_size: 5, ask: 11, mid: 10, spread: 2, valid: true } }
        - { time: 2s, value: { bid: 8, last_update: 9, valid: true } }
        - { time: 3s, value: { bid: 8, last_update: 9, valid: false } }
        - { time: 5s, value: { bid: 10, bid_size: 4, last_update: 13, valid: true } }
    held: { ladder: 2 }
`,
  step: ({ config, input, store, window }) => {
    const parts: BookParts = {
      books: store<Book>('book'),
      bids: bookSide(window<Page>('bids'), 1),
      asks: bookSide(window<Page>('asks'), -1),
      waiting: waitingChanges(window<Waiting>('waiting'), config.buffer),
      levels: config.levels,
      depth: config.depth,
      failsOnGap: config.on_gap === 'fail',
    }
    const copied = [...input.key, ...(carriesReceived(input.record) ? ['received'] : [])]
    return {
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const change = readDepth(value, time)
        const problem = changeProblem(change)
        if (problem !== undefined) {
          turn.reject('bad', problem)
          return
        }
        const said = takeChange(parts, key, change, turn)
        if (said === undefined) return
        const { book: state, bids, asks } = said
        const { time: at, lastUpdate, saidValid: valid, top } = state
        const out: Value = { time: at, last_update: lastUpdate, valid }
        for (const name of copied) out[name] = value[name]
        Object.assign(out, bookNumbers(top, bids, asks))
        turn.emit(out, { time: at })
      },
    }
  },
})
