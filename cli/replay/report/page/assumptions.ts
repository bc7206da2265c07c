// The first panel: what the numbers below rest on. Who reads only this knows what to doubt.
import type { ReportData, ReportStep } from '../report-data.ts'
import { html, type Html } from './html.ts'
import { basisPoints, count, lengthText, moment, money, several } from './number-text.ts'
import { endCard } from './end-card.ts'
import { card, type Column, facts, note, panel, table, time } from './table.ts'

export function assumptions(data: ReportData): Html {
  const cards = [
    ...[ranCard(data), endCard(data), parameterCard(data), cashCard(data)],
    ...[...deskCards(data), warmUpCard(data)],
  ]
  const tables = [dataCard(data), gapsCard(data), lostCard(data)]
  const content = html`<p class="note">
      What the figures of this report rest on. The same topology, parameters and data give the same
      report, byte for byte.
    </p>
    <div class="cards">${cards}</div>
    ${tables}`
  return panel('assumptions', 'Assumptions', content)
}

function ranCard({ topology, runtime, range }: ReportData): Html {
  const { name, file, shapeHash, fullHash } = topology
  const engine = runtime.engine === 'engine' ? 'the engine' : 'the reference interpreter'
  const list = [
    { name: 'Topology', value: html`${name} <small>${file}</small>` },
    {
      name: 'Range',
      value: rangeText(range),
      about: 'By when each record was available.',
    },
    { name: 'Runtime', value: `Millrace ${runtime.millrace}, ${engine}, Node ${runtime.node}` },
    {
      name: 'Hash of all',
      value: hash(fullHash),
      about: 'Of the topology with its parameters and everything else that decides its results.',
    },
    {
      name: 'Hash of shape',
      value: hash(shapeHash),
      about: 'Of what its state depends on. Runs with equal shapes can take over from each other.',
    },
  ]
  return card('What ran', facts(list))
}

function rangeText({ from, to }: ReportData['range']): string {
  if (from === null && to === null) return 'All of the data'
  if (to === null) return `From ${moment(from ?? 0)} on`
  return from === null ? `Before ${moment(to)}` : `From ${moment(from)} until before ${moment(to)}`
}

function hash(text: string): Html {
  return html`<code class="hash">${text}</code>`
}

function parameterCard({ parameters }: ReportData): Html | undefined {
  if (parameters.length === 0) return undefined
  const list = parameters.map(({ name, value, isSet }) => {
    return { name, value, about: isSet ? 'Set by the command.' : '' }
  })
  return card('Parameters', facts(list))
}

const DESK: readonly (readonly [operator: string, title: string])[] = [
  ['execute', 'How orders are filled'],
  ['risk-gate', 'Limits on risk'],
  ['size', 'How orders are sized'],
]

function deskCards({ desk }: ReportData): readonly Html[] {
  return DESK.flatMap(([operator, title]) => {
    const steps = desk.filter((each) => each.operator === operator)
    if (steps.length === 0) return []
    const lists = steps.map(({ step, settings }) => {
      const list = settings.map(({ name, text, about }) => {
        return { name: words(name), value: settingText(name, text), about }
      })
      return html`${steps.length > 1 && html`<h4>Step ${step}</h4>`}${facts(list)}`
    })
    return [card(title, html`${lists}`)]
  })
}

const SHARES: ReadonlySet<string> = new Set(['fee', 'maker_fee', 'slippage'])

function settingText(name: string, text: string): string {
  if (name === 'fills') return FILLS[text] ?? text
  const share = Number(text)
  return SHARES.has(name) && Number.isFinite(share) ? `${basisPoints(share)} bp` : text
}

const FILLS: Readonly<Record<string, string>> = {
  touch: 'touch: a limit order fills as soon as the market reaches its price',
  through: 'through: a limit order fills when the market has gone beyond its price',
}

/** `max_market_age` in words. */
function words(name: string): string {
  const spaced = name.replaceAll('_', ' ')
  return `${spaced.slice(0, 1).toUpperCase()}${spaced.slice(1)}`
}

const MOST_ACCOUNTS = 12

function cashCard({ accounts }: ReportData): Html | undefined {
  if (accounts.length === 0) return undefined
  const list = accounts.slice(0, MOST_ACCOUNTS).map(({ account, start, currency }) => {
    return { name: account, value: `${money(start)} ${currency}` }
  })
  const more = accounts.length - MOST_ACCOUNTS
  const rest = note(more > 0 ? `${several(more, 'more account')} below.` : '')
  return card('Starting cash', html`${facts(list)}${rest}`)
}

function warmUpCard({ steps }: ReportData): Html | undefined {
  const warm = steps.filter(({ lookback }) => lookback > 0)
  if (warm.length === 0) return undefined
  const list = warm.map(({ step, lookback, held }) => {
    const kept = held.find(({ name }) => name === 'warming up')?.count ?? 0
    const value = `${several(lookback, 'record')} of a key before the first result`
    return {
      name: step,
      value,
      about: kept > 0 ? `${several(kept, 'record')} held back for it.` : '',
    }
  })
  return card('Warm-up', facts(list))
}

function dataCard({ inputs }: ReportData): Html | undefined {
  if (inputs.length === 0) return undefined
  const rows = inputs.flatMap(({ topic, files }) => files.map((file) => ({ topic, ...file })))
  const isCut = inputs.some(({ outside }) => outside > 0)
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'File', cell: ({ name, sha256 }) => html`${name} ${hash(sha256)}` },
    { title: 'Topic', cell: ({ topic }) => topic },
    {
      title: 'Records',
      cell: ({ records }) => (records === null ? '' : count(records)),
      isNumber: true,
    },
    { title: 'First', cell: ({ firstTime }) => time(firstTime), isNumber: true },
    { title: 'Last', cell: ({ lastTime }) => time(lastTime), isNumber: true },
  ]
  const outside = inputs.filter((each) => each.outside > 0)
  const cut = outside.map((each) => `${count(each.outside)} of ${each.topic}`).join(', ')
  const content = html`${table('Input files', columns, rows)}
    <p class="note">
      Under each file its SHA-256. First and last are event times: when it
      happened.${isCut && html` Outside the range, and left out: ${cut}.`}
    </p>`
  return card('Data', content)
}

function gapsCard({ quality }: ReportData): Html | undefined {
  const { flags, invalid, gaps } = quality
  const rows = [
    ...invalid.map(({ topic, key, stretches, total, longest, isOpen }) => ({
      ...{ what: `${topic}: not valid`, where: key, times: stretches },
      detail: `${lengthText(total)} in all, ${lengthText(longest)} the longest${
        isOpen ? '; still so at the end' : ''
      }`,
    })),
    ...gaps.flatMap((gap) => [
      ...(gap.gaps > 0 ? [missingBars(gap)] : []),
      ...(gap.filled > 0
        ? [
            {
              ...{ what: `${gap.topic}: empty bars`, where: gap.symbol, times: gap.filled },
              detail: 'filled in, as no record fell into them',
            },
          ]
        : []),
    ]),
    ...flags.map(({ topic, symbol, check, count: times }) => {
      return { what: `${topic}: ${check}`, where: symbol, times, detail: 'flagged and let through' }
    }),
  ]
  if (rows.length === 0) return undefined
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'What', cell: ({ what }) => what },
    { title: 'Of', cell: ({ where }) => where },
    { title: 'Times', cell: ({ times }) => count(times), isNumber: true },
    { title: 'How', cell: ({ detail }) => detail },
  ]
  return card('Gaps and flags in the data', table('Gaps and flags', columns, rows))
}

function missingBars({
  topic,
  symbol,
  gaps,
  missing,
  longest,
}: ReportData['quality']['gaps'][number]) {
  const detail = `${several(missing, 'bar')} missing, ${lengthText(longest)} the longest gap`
  return { what: `${topic}: gaps between bars`, where: symbol, times: gaps, detail }
}

function lostCard({ steps, deadLetters }: ReportData): Html {
  const rows = steps.filter(({ bad, late, duplicate }) => bad + late + duplicate > 0)
  if (rows.length === 0) {
    return card('Records left out', html`<p>None was bad, late or a duplicate.</p>`)
  }
  const columns: readonly Column<ReportStep>[] = [
    { title: 'Step', cell: ({ step, operator }) => (operator === '' ? `${step} (input)` : step) },
    { title: 'Bad', cell: ({ bad }) => count(bad), isNumber: true },
    { title: 'Late', cell: ({ late }) => count(late), isNumber: true },
    { title: 'Duplicate', cell: ({ duplicate }) => count(duplicate), isNumber: true },
    { title: 'Skipped', cell: ({ skipped }) => count(skipped), isNumber: true },
    { title: 'Dead-lettered', cell: ({ deadLettered }) => count(deadLettered), isNumber: true },
  ]
  return card(
    'Records left out',
    html`${table('Records left out', columns, rows)}
      <p class="note">
        Skipped: passed over and counted. Dead-lettered: set aside in dead-letters.jsonl, with the
        reason and the place in the input.
      </p>
      ${deadLetters.letters > 0 && reasons(deadLetters)}`,
  )
}

function reasons({ letters, groups, groupsLeftOut }: ReportData['deadLetters']): Html {
  const columns: readonly Column<(typeof groups)[number]>[] = [
    { title: 'Reason', cell: ({ reason }) => reason },
    { title: 'Step', cell: ({ step }) => step },
    { title: 'Records', cell: (group) => count(group.letters), isNumber: true },
    { title: 'First at', cell: ({ place }) => place },
  ]
  const more = several(groupsLeftOut, 'more reason')
  const rest = groupsLeftOut > 0 ? `${more} in dead-letters.jsonl.` : ''
  return html`<details>
    <summary>Why ${several(letters, 'record')} were set aside</summary>
    ${table('Reasons of dead letters', columns, groups)} ${note(rest)}
  </details>`
}
