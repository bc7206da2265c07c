// validate: holds every record to rules. What breaks one is bad, with the rule's name as its
// reason.
import { describeType } from '../schemas/type.ts'
import { block, struct } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { operator } from './operator.ts'

export const validate = operator({
  name: 'validate',
  summary: 'Holds records to rules; a record that breaks one meets the bad fate with its name.',
  config: struct({
    rules: block({ summary: 'Rule by expression that must be true.', shadow: 'allow' }),
  }),
  fates: ['bad'],
  infer: ({ config, input, report }) => {
    for (const { name, expression } of config.rules.entries) {
      const { type, span } = expression
      if (type.kind === 'boolean' || type.kind === 'unknown') continue
      const message = `rule "${name}" is ${describeType(type)}, not boolean`
      report('types-agree', { message, span, repair: 'compare it with something' })
    }
    return { outputs: { main: input }, stores: {}, lookback: 0 }
  },
  example: `
topology: validate-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    validate:
      rules:
        positive: bid > 0
        not_crossed: ask >= bid
        not_locked: ask != bid
---
tests:
  - it: keeps sound quotes and says which rule the others break
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 1.1, ask: 1.2, time: 1s }
        - value: { symbol: EURUSD, bid: 1.3, ask: 1.2, time: 2s }
    expect:
      sound:
        - value: { bid: 1.1 }
      dead-letters:
        - value: { step: sound, fate: bad, reason: 'breaks the rule "not_crossed"' }
`,
  step: ({ config }) => {
    // By name, so that the order in the file decides nothing.
    const rules = config.rules.entries
      .map(({ name, expression }) => ({ name, holds: compileExpression(expression) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    return {
      onRecord: ({ value }, turn) => {
        if (value === null) return
        const broken = rules.filter(({ holds }) => holds(value) !== true)
        if (broken.length === 0) turn.emit(value)
        else turn.reject('bad', reasonOf(broken.map(({ name }) => name)))
      },
    }
  },
})

function reasonOf(broken: readonly string[]): string {
  const names = broken.map((name) => `"${name}"`).join(', ')
  return `breaks the ${broken.length === 1 ? 'rule' : 'rules'} ${names}`
}
