// Which accounts and instruments are halted. Of the commands that speak of an order the last one
// given decides, so `resume --account a1` lets one account go on that `halt` for all has stopped.
import { EVERY_ACCOUNT } from '../every-account.ts'
import type { Commands } from './entries.ts'

type Command = Commands['given'][number]

/** Adds a command; what it says all about is forgotten, so the list stays short. */
export function withCommand(given: readonly Command[], command: Command): Command[] {
  const rest = given.filter((earlier) => !coversAll(command, earlier))
  // To be told that one may go on says nothing where nobody was stopped.
  const isIdle = !command.is_halted && !rest.some((each) => each.is_halted)
  return isIdle ? [] : [...rest, command]
}

export function isHalted(given: readonly Command[], account: string, symbol: string): boolean {
  const last = given.findLast((each) => speaksOf(each, account, symbol))
  return last?.is_halted ?? false
}

function speaksOf(command: Command, account: string, symbol: string): boolean {
  return coversAll(command, { account, symbol })
}

function coversAll(command: Command, of: Pick<Command, 'account' | 'symbol'>): boolean {
  const isOfAccount = command.account === EVERY_ACCOUNT || command.account === of.account
  return isOfAccount && (command.symbol === null || command.symbol === of.symbol)
}
