// The desk around a risk gate in its tests: what it is driven by, what comes back, what it looks
// up, all fed as topics, in this order where they are known at one instant.
import { hashedId } from '../order-id.ts'

const TABLES: Readonly<Record<string, string>> = {
  accounts: 'schema: ref/Account, key: account, time: since, table: latest, rank: 1',
  instruments: 'schema: ref/Instrument, key: symbol, time: since, table: history, rank: 2',
  marks: 'schema: market/Quote, key: symbol, time: time, table: latest, rank: 3',
  control: 'schema: trading/Control, key: account, time: time, table: latest, rank: 4',
}

/**
 * An example of a gate. `config` is what it has beside what comes back, `tests` a list of tests as
 * they stand in a `*.test.yaml`. An order's `price` is what a unit is valued by.
 */
export function gateExample(config: string, tests: string): string {
  const lines = config.trim() === '' ? [] : config.trim().split('\n')
  const tables = Object.entries(TABLES).flatMap(([topic, about]) => {
    const isNamed = lines.some((line) => line.endsWith(`: ${topic}`))
    return isNamed ? [`  ${topic}: { topic: ${topic}, copies: all, ${about} }`] : []
  })
  const topology = `topology: desk
topics:
  holdings: { topic: holdings, schema: trading/Holding, key: account, rank: 5 }
  filled: { topic: filled, schema: trading/Order, key: account, rank: 6 }
  wanted: { topic: wanted, schema: trading/Order, key: account, rank: 7 }
${tables.join('\n')}
fate: { bad: dead-letter, late: fail, duplicate: fail }
steps:
  priced:
    from: wanted
    derive:
      close: double(orElse(price, decimal(0, 18)))
  gated:
    from: priced
    risk-gate:
      portfolio: holdings
      orders: filled
${lines.map((line) => `      ${line}\n`).join('')}`
  return `${topology}---\ntests:\n${tests.replace(/^\n/, '')}`
}

/** The id of the order that a gate decides about as an account's n-th. */
export function orderId(account: string, n: number): string {
  return hashedId('desk', 'gated', account, n)
}
