// alert: tells somebody that a condition holds, and does not tell it again and again.
import {
  BOOLEAN,
  DOUBLE,
  fieldOf,
  nullable,
  type RecordField,
  STRING,
  TIME,
} from '../schemas/type.ts'
import { block, duration, structWithBlock, text, word } from '../topology/config.ts'
import { blockFields, compileBlock } from '../topology/expression/block.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { blockLookback, type BlockState, blockStore, evaluateStored } from './block-store.ts'
import { operator, type Turn } from './operator.ts'

const SEVERITIES = ['info', 'warning', 'critical'] as const

const MILLISECOND = 1_000
const FIVE_MINUTES = 300_000_000

/** Why a record is held back. */
export const ALERT_REASONS = {
  'no-alert': 'The condition does not hold.',
  'cooling-down': 'The condition holds, and its key was told so less than the cooldown ago.',
} as const

type Reason = keyof typeof ALERT_REASONS

const [STATE, TOLD] = ['functions', 'told']

export const alert = operator({
  name: 'alert',
  summary: 'Tells that a condition holds, at most once in a while for a key.',
  config: structWithBlock(
    {
      reason: text({ summary: 'What it is called, a word such as wide-spread.' }),
      severity: word(SEVERITIES, { summary: 'How bad it is.', default: 'warning' }),
      message: text({ summary: 'What somebody who reads it should know.', default: '' }),
      cooldown: duration({
        summary: 'How long, by the clock, a key that was told of is left in peace.',
        min: MILLISECOND,
        default: FIVE_MINUTES,
      }),
    },
    block({
      summary: 'The condition and its numbers.',
      siblings: true,
      stateful: true,
      shadow: 'allow',
      names: {
        when: { summary: 'What is told of when it is true.', type: BOOLEAN },
        value: { summary: 'What was measured.', type: DOUBLE, optional: true },
        limit: { summary: 'What it was measured against.', type: DOUBLE, optional: true },
      },
    }),
  ),
  fates: ['bad'],
  infer: ({ step, config, input, span, report }) => {
    const clash = input.key.find((name) => OWN_FIELDS.some((own) => own.name === name))
    if (clash !== undefined) {
      const message = `"${clash}" is part of the key, and a field of every alert`
      report('names-unique', { message, span, repair: 'rename the key field with `normalize`' })
      return undefined
    }
    const keys = input.key.flatMap((name) => fieldOf(input.record, name) ?? [])
    const computed = new Map(blockFields(config.block).map((field) => [field.name, field]))
    const fields = OWN_FIELDS.map((field) => computed.get(field.name) ?? field)
    const record = inferredRecord(step, [...keys, ...fields])
    const told = inferredRecord(`${step}-${TOLD}`, [{ name: 'at', type: TIME }])
    return {
      outputs: { main: { record, key: input.key, lateness: input.lateness } },
      stores: {
        [STATE]: blockStore(step, input.key),
        // Gone when the clock has come to what was told plus the cooldown.
        [TOLD]: { key: input.key, entry: told, keep: config.cooldown - 1 },
      },
      lookback: blockLookback(config.block),
    }
  },
  example: `
topology: alert-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
  notices: { topic: market.notices, schema: market/Notice, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  wide:
    from: quotes
    alert:
      when: value > limit
      value: (ask - bid) / bid
      limit: 10%
      reason: wide-spread
      severity: critical
      message: the spread is too wide to trade
      cooldown: 10s
    to: notices
---
tests:
  - it: tells it once, and again after the cooldown
    feed:
      quotes:
        - value: { symbol: A, bid: 100, ask: 101, time: 1s }
        - value: { symbol: A, bid: 100, ask: 125, time: 2s }
        - value: { symbol: A, bid: 100, ask: 130, time: 11s }
        - value: { symbol: A, bid: 100, ask: 150, time: 12s }
    expect:
      notices:
        - time: 2s
          value: { symbol: A, reason: wide-spread, severity: critical, value: 0.25, limit: 0.1 }
        - time: 12s
          value: { value: 0.5, message: the spread is too wide to trade }
    held: { wide: 2 }
`,
  step: ({ config, input, store }) => {
    const { reason, severity, message } = config
    const compiled = compileBlock(config.block, { carry: input.key })
    const evaluate = evaluateStored(compiled, store<BlockState>(STATE))
    const told = store<{ readonly at: number }>(TOLD)
    const hold = (turn: Turn, why: Reason): void => turn.hold(why)
    return {
      onRecord: ({ key, value: record }, turn) => {
        if (record === null) return
        const found = evaluate(key, record)
        if (found instanceof Error) turn.reject('bad', found.message)
        else if (found === undefined) turn.hold('warming up')
        else if (found.when !== true) hold(turn, 'no-alert')
        else if (told.get(key) !== undefined) hold(turn, 'cooling-down')
        else {
          told.edit(key, () => ({ at: turn.now }))
          const { value = null, limit = null } = found
          const keys = Object.fromEntries(input.key.map((name) => [name, found[name]]))
          turn.emit({ ...keys, reason, severity, value, limit, message })
        }
      },
    }
  },
})

const OWN_FIELDS: readonly RecordField[] = [
  { name: 'reason', type: STRING },
  { name: 'severity', type: { kind: 'enum', name: 'risk.Severity', symbols: [...SEVERITIES] } },
  { name: 'value', type: nullable(DOUBLE) },
  { name: 'limit', type: nullable(DOUBLE) },
  { name: 'message', type: STRING },
]
