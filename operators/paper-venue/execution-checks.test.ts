import { expect, test } from 'vitest'
import { executionRefusal } from '../../test/expect-execution.ts'

test.each([
  ['type: limit\nfee: 0', 'config-complete', 'a limit order needs a price'],
  ['type: stop\nfee: 0', 'config-complete', 'a stop order needs a price'],
  ['price: limit\nfee: 0', 'config-typed', 'a market order has no price'],
  [
    'time_in_force: ioc\nin_force: 1s\nfee: 0',
    'config-typed',
    'an order that is "ioc" does not stand for a time',
  ],
  [
    'type: stop\nprice: limit\ntime_in_force: fok\nfee: 0',
    'config-typed',
    'a stop order waits for its price, and so cannot be "fok"',
  ],
  ['type: market', 'config-complete', '"execute" needs "fee"'],
  ['fee: 0\ninstruments: control', 'keys-agree', 'instruments are found by symbol'],
  ['fee: 0\ninstruments: market', 'fields-exist', 'an instrument needs a field "tick"'],
  ['fee: 0\ncontrol: instruments', 'fields-exist', 'a command needs a field "command"'],
  ['fee: 0\ntype: limit\nprice: market.mid', 'fields-exist', '"mid"'],
])('refuses %j', (config, code, message) => {
  const refused = executionRefusal('quote', config)
  expect(refused).toContain(`error[${code}]: `)
  expect(refused).toContain(message)
})

test('refuses orders of an account that are in several tasks', () => {
  expect(executionRefusal('quote', 'fee: 0', 'symbol')).toContain(
    'error[keys-agree]: "execute" needs all orders of an account in one task',
  )
})
