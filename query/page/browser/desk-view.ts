// What keeps the desk from taking orders, and the commands that a trader gives it. A command is
// asked about once more before it is given.
import { get, post, wordsOf } from './api.ts'
import { every } from './clock.ts'
import { choice, element, form, labelled } from './dom.ts'
import type { Latches } from './answers.ts'
import { confirmed } from './dialogs.ts'
import { hindrance, type Page, type View } from './page.ts'
import { alertNote, facts, note, table } from './table.ts'
import { moment, percent, valueText } from './value-text.ts'

interface Given {
  readonly position: string
  readonly warning: string | null
}

const LOOK_MS = 3_000
const COMMANDS = ['halt', 'resume', 'flatten', 'reset'] as const

export function deskView(page: Page): View {
  const state = element('div')
  const outcome = element('div', { role: 'status' })
  const why = hindrance(page.caller, 'trader')
  const load = async (): Promise<void> => {
    try {
      const { gates } = await get<Latches>('api/v1/latches')
      state.replaceChildren(...(gates.length > 0 ? gates.flatMap(gateOf) : [note(NO_GATE)]))
    } catch (error) {
      state.replaceChildren(alertNote(wordsOf(error)))
    }
  }
  const give = async (order: Readonly<Record<string, string>>): Promise<void> => {
    const words = [order.command, order.account ?? 'all accounts', order.symbol].filter(Boolean)
    if (!(await confirmed(`Give the command: ${words.join(' ')}?`, 'Give it'))) return
    try {
      const { position, warning } = await post<Given>('api/v1/control', order)
      const text = `Given: ${words.join(' ')}, ${position}.`
      outcome.replaceChildren(note(text), ...(warning === null ? [] : [alertNote(warning)]))
      await load()
    } catch (error) {
      outcome.replaceChildren(alertNote(wordsOf(error)))
    }
  }
  void load()
  const end = page.caller.isReadOnly ? undefined : every(LOOK_MS, () => void load())
  return {
    root: element(
      'section',
      { class: 'panel', 'aria-label': 'Desk' },
      element('div', { class: 'bar' }, element('h2', {}, 'Desk')),
      state,
      element('h3', {}, 'Commands'),
      ...(why === undefined ? [commandForm((order) => void give(order))] : [note(why)]),
      outcome,
    ),
    ...(end && { end }),
  }
}

const NO_GATE = 'The topology has no risk gate, so nothing is latched or halted.'

function gateOf({ step, commands, accounts }: Latches['gates'][number]): readonly HTMLElement[] {
  const halted = commands.filter(({ isHalted }) => isHalted)
  const rows = accounts.map(({ account, equity, drawdown, isLatched, pausedUntil }) => [
    account,
    isLatched ? 'latched' : '',
    pausedUntil === null ? '' : `until ${moment(pausedUntil)}`,
    valueText(equity),
    drawdown === null ? '–' : percent(drawdown),
  ])
  const columns = [
    ...[{ title: 'account' }, { title: 'latch' }, { title: 'loss breaker' }],
    ...[
      { title: 'equity', isNumeric: true },
      { title: 'drawdown', isNumeric: true },
    ],
  ]
  const isFree = accounts.length === 0 && halted.length === 0
  return [
    element('h3', {}, `Risk gate ${step}`),
    ...(isFree ? [note('Nothing is latched, paused or halted.')] : []),
    ...(accounts.length > 0 ? [table(`Accounts held by ${step}`, columns, rows)] : []),
    ...(halted.length > 0
      ? [
          facts(
            halted.map(({ account, symbol }) => [
              'halted',
              account + (symbol === null ? '' : ` ${symbol}`),
            ]),
          ),
        ]
      : []),
  ]
}

function commandForm(give: (order: Readonly<Record<string, string>>) => void): HTMLElement {
  const command = choice(COMMANDS.map((word) => [word, word] as const))
  const account = element('input', { placeholder: 'all', autocomplete: 'off' })
  const symbol = element('input', { placeholder: 'all', autocomplete: 'off' })
  const submit = (): void => {
    const optional = Object.entries({ account: account.value.trim(), symbol: symbol.value.trim() })
    const said = Object.fromEntries(optional.filter(([, text]) => text !== ''))
    give({ command: command.value, ...said })
  }
  return form(
    submit,
    { class: 'query' },
    ...[labelled('Command', command), labelled('Account', account), labelled('Symbol', symbol)],
    element('button', { class: 'main' }, 'Give'),
  )
}
