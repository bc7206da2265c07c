// The head of the page: what runs and how it goes, the ways to the other views, search, colours.
import { button, element } from './dom.ts'
import type { Commits, Status } from './answers.ts'
import { signOut } from './dialogs.ts'
import type { Page } from './page.ts'
import { makeSearch } from './search.ts'
import { credential } from './session.ts'
import { themeSwitch } from './theme.ts'
import { milliseconds, moment, short } from './value-text.ts'

export interface Header {
  readonly show: (status: Status | undefined, state: string) => void
  readonly choose: (view: string) => void
}

const VIEWS = [
  ['graph', 'Graph', '#/'],
  ['charts', 'Charts', '#/charts'],
  ['letters', 'Dead letters', '#/letters'],
  ['desk', 'Desk', '#/desk'],
] as const
/** As /health names them, and `away` where it does not answer. */
const BAD = new Set(['failed', 'retrying', 'stalled', 'away'])

export function makeHeader(place: HTMLElement, { topology, caller }: Page): Header {
  const badge = element('span', { class: 'badge', role: 'status' }, '…')
  const figures = element('dl', { class: 'figures' })
  const links = VIEWS.map(([name, text, href]) => element('a', { href, 'data-view': name }, text))
  const isKnown = credential() !== undefined
  const title = `${caller.name}, ${caller.role}`
  place.replaceChildren(
    element(
      'div',
      { class: 'top' },
      element('h1', {}, element('a', { href: '#/' }, topology.topology)),
      badge,
      figures,
      makeSearch(topology),
      element('a', { class: 'reference', href: 'api', title: 'The reference of the API' }, 'API'),
      themeSwitch(),
      isKnown && button('Sign out', signOut, { title }),
    ),
    element('nav', { 'aria-label': 'Views' }, ...links),
  )
  return {
    show: (status, state) => {
      badge.textContent = caller.isReadOnly && state === 'standing-by' ? 'finished replay' : state
      badge.classList.toggle('bad', BAD.has(state))
      figures.replaceChildren(...(status === undefined ? [] : figuresOf(status)))
    },
    choose: (view) => {
      for (const link of links) {
        if (link.dataset.view === view) link.setAttribute('aria-current', 'page')
        else link.removeAttribute('aria-current')
      }
    },
  }
}

function figuresOf({ seconds, commits, topics, tasks }: Status): readonly HTMLElement[] {
  if (seconds === 0) return []
  const rate = topics.reduce((sum, { recordsPerSecond }) => sum + recordsPerSecond, 0)
  const lags = topics.flatMap(({ lagRecords }) => lagRecords ?? [])
  const clocks = tasks.flatMap(({ clock }) => clock ?? [])
  return [
    fact('in', `${short(rate)}/s`),
    ...(lags.length > 0 ? [fact('lag', short(lags.reduce((sum, lag) => sum + lag, 0)))] : []),
    ...p99Of(commits),
    ...(clocks.length > 0 ? [fact('stream time', moment(Math.max(...clocks)))] : []),
  ]
}

function p99Of({ p99Ms }: Commits): readonly HTMLElement[] {
  return p99Ms === null ? [] : [fact('commit p99', milliseconds(p99Ms))]
}

function fact(name: string, value: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value))
}
