// Commands: halt, resume, flatten and reset. They are on the log, so a replay obeys them again at
// the same place. What is told, and what is closed, is of the accounts that this task owns.
import type { Value } from '../../schemas/type.ts'
import { EVERY_ACCOUNT } from '../every-account.ts'
import type { Binding, Turn } from '../operator.ts'
import { ZERO } from '../paper-venue/amounts.ts'
import { NOTHING_CARRIED, nextOrderId, settle } from './approve.ts'
import { withCommand } from './commands.ts'
import type { Desks, GateStores } from './desk-stores.ts'
import { newDesk, reset } from './desk.ts'
import type { Held } from './entries.ts'
import type { GateConfig } from './gate-config.ts'
import { alertOf } from './gate-records.ts'
import type { Notice } from './reasons.ts'

const NOTICE_OF: Readonly<Record<string, Notice>> = {
  halt: 'halted',
  resume: 'resumed',
  flatten: 'flattened',
  reset: 'reset',
}

export function obey(
  value: Value,
  turn: Turn,
  { stores, desks, binding }: { stores: GateStores; desks: Desks; binding: Binding<GateConfig> },
): void {
  const reason = NOTICE_OF[String(value.command)]
  if (reason === undefined) return
  const account = value.account as string
  const symbol = (value.symbol ?? null) as string | null
  if (reason !== 'reset') {
    const commands = stores.commands?.edit(EVERY_ACCOUNT, () => ({ given: [] }))
    const command = { account, symbol, is_halted: reason !== 'resumed' }
    if (commands) commands.given = withCommand(commands.given, command)
  }
  const own = [...stores.known.entries(EVERY_ACCOUNT)].map(([name]) => name)
  for (const each of account === EVERY_ACCOUNT ? own : own.filter((name) => name === account)) {
    // A latch and a streak are the account's, so a reset lets go of all of it.
    if (reason === 'reset') reset(stores.desks.edit(each, newDesk))
    const about = { account: each, symbol: reason === 'reset' ? null : symbol, reason }
    turn.emit(alertOf(about), { time: turn.now, output: 'alerts' })
    if (reason !== 'flattened') continue
    // A copy: to close a position makes an open order, and others may not be looked at meanwhile.
    for (const [name, held] of [...stores.positions.entries(each)]) {
      if (symbol === null || name === symbol) {
        close(each, name, held, turn, { stores, desks, binding })
      }
    }
  }
}

/** What closing orders have not closed yet is not closed twice. */
function close(
  account: string,
  symbol: string,
  held: Readonly<Held>,
  turn: Turn,
  { stores, desks, binding }: { stores: GateStores; desks: Desks; binding: Binding<GateConfig> },
): void {
  const side = held.quantity.gt(0) ? -1 : 1
  let closing = ZERO
  for (const [, open] of stores.open.entries(account)) {
    const isSame = open.symbol === symbol && open.side === side && open.intent === 'flatten'
    if (isSame) closing = closing.plus(open.quantity)
  }
  const quantity = held.quantity.abs().minus(closing)
  if (quantity.lte(0)) return
  const price = desks.priceOf(symbol) ?? held.price
  const { seen } = desks.look({ account, symbol, now: turn.now, price })
  const order = {
    order_id: nextOrderId(stores, binding, account, turn),
    account,
    strategy: null,
    symbol,
    side,
    quantity,
    opens: ZERO,
    price_seen: price,
    intent: 'flatten',
  } as const
  const verdict = 'approved'
  settle(stores, turn, {
    order,
    carried: NOTHING_CARRIED,
    wanted: quantity,
    verdict,
    breach: undefined,
    seen,
  })
}
