// HTML from templates in which everything put in is escaped, unless it is HTML already. Names,
// reasons and symbols come from users: no text gets past this as markup.

export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

/** A template: `html`<td>${symbol}</td>``. Undefined and false leave nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.map((text, at) => `${text}${at < parts.length ? put(parts[at]) : ''}`)
  return { markup: markup.join('') }
}

/** Markup that is ours. */
export function raw(markup: string): Html {
  return { markup }
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

function put(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(put).join('')
  return escapeText(String(part))
}

/** Also takes what no page can show: control characters become what stands for the unknown. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
}

/** JSON that can stand in a script element: nothing in it can end the element. */
export function scriptJson(value: unknown): Html {
  return raw(JSON.stringify(value).replaceAll('<', '\\u003c'))
}
