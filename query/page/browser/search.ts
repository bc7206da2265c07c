// The search box: steps, topics, stores and sinks by any part of their name. `/` goes to it, arrows
// choose, Enter opens, Escape leaves.
import { element } from './dom.ts'
import type { Topology } from './answers.ts'
import { hrefOf } from './graph.ts'

interface Place {
  readonly kind: string
  readonly name: string
  readonly href: string
}

const MOST = 12
const LIST = 'found'

export function makeSearch(topology: Topology): HTMLElement {
  const places = placesOf(topology)
  let found: readonly Place[] = []
  let at = 0
  const list = element('ul', { id: LIST, role: 'listbox', 'aria-label': 'Found', hidden: true })
  const input = element('input', {
    ...{ type: 'search', role: 'combobox', placeholder: 'Search  /', autocomplete: 'off' },
    ...{ spellcheck: 'false', 'aria-label': 'Search steps, topics, stores and sinks' },
    ...{ 'aria-controls': LIST, 'aria-expanded': 'false', 'aria-autocomplete': 'list' },
    input: () => look(),
    blur: () => close(),
  })
  const show = (): void => {
    list.toggleAttribute('hidden', found.length === 0)
    input.setAttribute('aria-expanded', String(found.length > 0))
    if (found.length === 0) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', `${LIST}-${at}`)
    list.replaceChildren(...found.map((place, each) => optionOf(place, each, each === at, open)))
  }
  const close = (): void => {
    found = []
    show()
  }
  const look = (): void => {
    found = search(places, input.value)
    at = 0
    show()
  }
  const open = (place: Place): void => {
    input.value = ''
    close()
    input.blur()
    location.hash = place.href
  }
  input.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined && found.length > 0) {
      at = (at + by + found.length) % found.length
      show()
    } else if (event.key === 'Enter') {
      const place = found[at]
      if (place !== undefined) open(place)
    } else if (event.key === 'Escape') {
      input.value = ''
      input.blur()
    } else return
    event.preventDefault()
    event.stopPropagation()
  })
  return element('div', { class: 'search', role: 'search' }, input, list)
}

function optionOf(
  place: Place,
  at: number,
  isChosen: boolean,
  open: (place: Place) => void,
): HTMLElement {
  const choose = (event: Event): void => {
    // Before the box loses its place, which would close the list.
    event.preventDefault()
    open(place)
  }
  return element(
    'li',
    { id: `${LIST}-${at}`, role: 'option', 'aria-selected': String(isChosen), mousedown: choose },
    element('span', {}, place.name),
    element('small', {}, place.kind),
  )
}

function placesOf({ topics, subTopologies, sinks }: Topology): readonly Place[] {
  const steps = subTopologies.flatMap((sub) => sub.steps)
  const place = (kind: string, name: string, about = kind): Place => {
    return { kind: about, name, href: hrefOf(kind, name) }
  }
  return [
    ...steps.map(({ id, operator }) => place('step', id, operator)),
    ...topics.map(({ name, topic }) => place('topic', name, `topic ${topic}`)),
    ...steps.flatMap(({ id, stores }) => stores.map((own) => place('store', `${id}.${own.store}`))),
    ...sinks.map(({ name, kind }) => place('sink', name, `${kind} sink`)),
  ]
}

/** Names that begin with what is sought stand first. */
function search(places: readonly Place[], text: string): readonly Place[] {
  const sought = text.trim().toLowerCase()
  if (sought === '') return []
  const matching = places.filter(({ name, kind }) =>
    `${name} ${kind}`.toLowerCase().includes(sought),
  )
  const isFirst = ({ name }: Place): boolean => name.toLowerCase().startsWith(sought)
  return [...matching.filter(isFirst), ...matching.filter((each) => !isFirst(each))].slice(0, MOST)
}
