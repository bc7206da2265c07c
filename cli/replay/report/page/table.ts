// Tables, bar lists and lists of facts: how a report shows what it has counted.
import { html, type Html } from './html.ts'
import { count, gain, isoTime, moment } from './number-text.ts'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => Html | string
  /** Numbers stand to the right, one under the other. */
  readonly isNumber?: true
  /** Left out when no row has anything there. */
  readonly isOptional?: boolean
}

/** A table that scrolls by itself where it is wider than the page. */
export function table<T>(label: string, columns: readonly Column<T>[], rows: readonly T[]): Html {
  const shown = columns.filter(({ isOptional }) => isOptional !== true)
  const heads = shown.map(({ title, isNumber }) => {
    return html`<th scope="col" ${isNumber && html` class="number"`}>${title}</th>`
  })
  const lines = rows.map((row) => {
    const cells = shown.map(({ cell, isNumber }, at) => {
      const content = cell(row)
      if (at === 0) return html`<th scope="row">${content}</th>`
      return html`<td${isNumber && html` class="number"`}>${content}</td>`
    })
    return html`<tr>
      ${cells}
    </tr>`
  })
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => html`${line} `)}
      </tbody>
    </table>
  </div>`
}

/** A sentence in small print; nothing where there is none. */
export function note(text: string): Html | undefined {
  return text === '' ? undefined : html`<p class="note">${text}</p>`
}

export interface Fact {
  readonly name: string
  readonly value: Html | string
  readonly about?: string
}

export function facts(list: readonly (Fact | undefined)[]): Html {
  const entries = list.flatMap((fact) => (fact === undefined ? [] : [fact]))
  return html`<dl class="facts">
    ${entries.map(
      ({ name, value, about }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            ${value}${about !== undefined && about !== '' && html`<small>${spelt(about)}</small>`}
          </dd>
        </div>`,
    )}
  </dl>`
}

/** Words of the language stand between backticks in summaries. */
function spelt(text: string): readonly (Html | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))
}

/** Names with their counts, and a bar as long as the count. */
export function barList(
  label: string,
  rows: readonly { readonly name: Html | string; readonly count: number }[],
): Html {
  const greatest = Math.max(...rows.map((row) => row.count), 1)
  return html`<ul class="bars" aria-label="${label}">
    ${rows.map(
      (row) =>
        html`<li>
          <span class="name">${row.name}</span
          ><span class="number">${count(row.count)}</span>${bar(row.count / greatest)}
        </li>`,
    )}
  </ul>`
}

function bar(share: number): Html {
  const width = Math.max(share * 100, 0.5).toFixed(1)
  return html`<svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">
    <rect width="${width}" height="1"></rect>
  </svg>`
}

export function time(micros: number | null): Html | string {
  if (micros === null) return ''
  const iso = isoTime(micros)
  return iso === undefined ? moment(micros) : html`<time datetime="${iso}">${moment(micros)}</time>`
}

/** An amount coloured by its sign, which its text carries too. */
export function toned(amount: number, text: string): Html {
  const tone = amount > 0 ? 'gain' : amount < 0 ? 'loss' : 'even'
  return html`<span class="${tone}">${text}</span>`
}

/** A share with its sign; what rounds to nothing has no colour. */
export function tonedGain(share: number): Html {
  return toned(Math.abs(share) < 0.000_05 ? 0 : share, gain(share))
}

export function card(title: string, content: Html): Html {
  return html`<section class="card">
    <h3>${title}</h3>
    ${content}
  </section> `
}

export function panel(id: string, title: string, content: Html): Html {
  return html`<section class="panel" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `
}
