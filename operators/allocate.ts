// allocate: one signal becomes one record for each account of a table that is to act on it.
import { BOOLEAN, DOUBLE, fieldOf, STRING, type Value } from '../schemas/type.ts'
import { type ConfigOf, expression, stream, struct, text } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { Inference } from '../topology/signature.ts'
import { type Version, versionRecord } from './as-of-table.ts'
import { holdTextKey } from './needed-fields.ts'
import { type MapStore, operator } from './operator.ts'
import { putPlaced } from './put-entry.ts'

const sees = { stream: 'among', as: { field: 'as' } } as const

const config = struct({
  among: stream({ summary: 'The table of accounts; its key is the account.' }),
  as: text({
    summary: 'New field with the account; in expressions the whole row of the table.',
    default: 'account',
  }),
  where: expression(BOOLEAN, {
    summary: 'Which accounts act on it; by default all.',
    sees,
    optional: true,
  }),
  share: expression(DOUBLE, {
    summary: 'New field `share`: how much of it an account takes.',
    sees,
    optional: true,
  }),
})

/** Why a record is held back. */
export const ALLOCATE_REASONS = {
  'no-account': 'The table has no account yet.',
  'no-account-allowed': '`where` lets none of the accounts act on it.',
} as const

type Reason = keyof typeof ALLOCATE_REASONS

const ROWS = 'rows'

/** The rows of all accounts lie under one key. */
const ALL = '[]'

export const allocate = operator({
  name: 'allocate',
  summary: 'Gives a record to each account of a table that is to act on it.',
  config,
  fates: ['bad'],
  infer: (inference) => {
    const { step, config: settings, input, streams } = inference
    const among = streams.get(settings.among.stream)
    if (among === undefined || !isSound(inference)) return undefined
    const fields = [
      ...input.record.fields,
      { name: settings.as, type: STRING, doc: 'Account that acts on it.' },
      ...(settings.share ? [{ name: 'share', type: DOUBLE }] : []),
    ]
    return {
      outputs: { main: { ...input, record: inferredRecord(step, fields) } },
      stores: {
        [ROWS]: { key: [], entry: versionRecord(`${step}-${ROWS}`, among.record), kind: 'map' },
      },
      lookback: 0,
    }
  },
  example: `
topology: allocate-example
topics:
  signals: { topic: trading.signals, schema: trading/Signal, key: symbol }
  accounts:
    topic: ref.accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  wanted:
    from: signals
    allocate: { among: accounts, as: account, where: symbol in account.symbols }
    key: account
---
tests:
  - it: gives a signal to the accounts that may trade the instrument
    feed:
      accounts:
        - value: { account: a2, symbols: [BTC, ETH], since: 1s }
        - value: { account: a1, symbols: [BTC], since: 1s }
      signals:
        - { time: 2s, value: { symbol: BTC, side: 1 } }
        - { time: 3s, value: { symbol: ETH, side: -1 } }
        - { time: 4s, value: { symbol: SOL, side: 1 } }
    expect:
      wanted:
        - { key: a1, value: { symbol: BTC, side: 1, account: a1 } }
        - { key: a2, value: { symbol: BTC, side: 1, account: a2 } }
        - { key: a2, value: { symbol: ETH, side: -1, account: a2 } }
    held: { wanted: 1 }
`,
  step: ({ config: { as, where, share }, map }) => {
    const rows = map<Version>(ROWS)
    const acts = where && compileExpression(where)
    const shareOf = share && compileExpression(share)
    const shareFor = (value: Value, account: string, row: Value): Value | undefined => {
      const seen = { ...value, [as]: row }
      if (acts && acts(seen) !== true) return undefined
      return { ...value, [as]: account, ...(shareOf && { share: shareOf(seen) }) }
    }
    return {
      onRecord: ({ key, value, time }, turn, source) => {
        if (source !== 'main') {
          putLatest(rows, key, { value, time, available: turn.now })
          return
        }
        if (value === null) return
        let [known, given] = [0, 0]
        for (const [account, { value: row }] of rows.entries(ALL)) {
          if (row === null) continue
          known += 1
          const out = shareFor(value, account, row)
          if (out === undefined) continue
          given += 1
          turn.emit(out)
        }
        const reason: Reason = known === 0 ? 'no-account' : 'no-account-allowed'
        if (given === 0) turn.hold(reason)
      },
    }
  },
})

/** Unless a newer one is there; a deleted row stays, so that no late-comer brings it back. */
function putLatest(rows: MapStore<Version>, account: string, version: Version): void {
  const last = rows.get(ALL, account)
  if (last !== undefined && version.time < last.time) return
  putPlaced(rows, ALL, account, version)
}

function isSound(inference: Inference<ConfigOf<typeof config>>): boolean {
  const { config: settings, input, streams, spanOf, report } = inference
  const id = settings.among.stream
  const among = streams.get(id)
  if (among === undefined) return false
  const added = [settings.as, ...(settings.share ? ['share'] : [])]
  const taken = added.filter(
    (name, at) => fieldOf(input.record, name) !== undefined || added.indexOf(name) < at,
  )
  for (const name of taken) {
    report('names-unique', {
      message: `field "${name}" is in the input already, or added twice`,
      span: spanOf(name === settings.as ? 'as' : name),
      repair: 'rename it with `as`, or in a step before',
    })
  }
  const holder = { what: `"${id}"`, record: among.record, span: spanOf('among'), report }
  if (among.everyTask !== true) {
    report('keys-agree', {
      message: `${holder.what} comes to some tasks only, and each needs all accounts`,
      span: holder.span,
      repair: 'declare the topic with `table: latest, copies: all`',
    })
  }
  return holdTextKey(holder, among) && taken.length === 0 && among.everyTask === true
}
