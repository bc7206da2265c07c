// The live page: it asks who its visitor is and what runs, shows the view that the address names,
// and asks every second how the run goes.
import { get, getIfThere, onUnknown, Refusal, wordsOf } from './api.ts'
import type { Caller, Status, Store, Topology } from './answers.ts'
import { chartsView } from './charts-view.ts'
import { after, every } from './clock.ts'
import { deskView } from './desk-view.ts'
import { askCredential } from './dialogs.ts'
import { element } from './dom.ts'
import { type GraphView, makeGraphView } from './graph-view.ts'
import { makeHeader } from './header.ts'
import { lettersView } from './letters-view.ts'
import { overview } from './overview.ts'
import type { Page, View } from './page.ts'
import { sinkView } from './sink-view.ts'
import { stepView } from './step-view.ts'
import { storeView } from './store-view.ts'
import { openStreams } from './streams.ts'
import { alertNote } from './table.ts'
import { applyTheme } from './theme.ts'
import { topicView } from './topic-view.ts'

const LOOK_MS = 1_000
const RETRY_MS = 3_000

const content = placeOf('content')
applyTheme()
onUnknown(askCredential)
void start()

async function start(): Promise<void> {
  try {
    const caller = await get<Caller>('api/v1/caller')
    const [topology, stores] = await Promise.all([
      get<Topology>('api/v1/topology'),
      get<{ readonly stores: readonly Store[] }>('api/v1/stores'),
    ])
    document.title = `${topology.topology} · Millrace`
    run({ topology, caller, streams: openStreams() }, stores.stores)
  } catch (error) {
    // Who is not known is asked by the dialog; a server that is away may come back.
    if (error instanceof Refusal && error.status === 401) return
    content.replaceChildren(alertNote(wordsOf(error)))
    after(RETRY_MS, () => void start())
  }
}

function run(page: Page, stores: readonly Store[]): void {
  const header = makeHeader(placeOf('header'), page)
  const graph = makeGraphView(page.topology)
  const place = element('div')
  let view: View | undefined
  let status: Status | undefined
  content.replaceChildren(graph.root, place)
  const open = (): void => {
    const { kind, name } = readAddress()
    const isOfGraph = !['charts', 'letters', 'desk'].includes(kind)
    view?.end?.()
    view = viewOf(page, stores, { kind, name })
    graph.root.toggleAttribute('hidden', !isOfGraph)
    place.replaceChildren(view.root)
    header.choose(isOfGraph ? 'graph' : kind)
    choose(graph, { kind, name })
    if (status !== undefined) view.show?.(status)
  }
  const look = async (): Promise<void> => {
    try {
      status = await getIfThere<Status>('api/v1/status')
      const state = await stateOfRun()
      header.show(status, state)
      if (status === undefined) return
      graph.show(status)
      view?.show?.(status)
    } catch (error) {
      header.show(undefined, error instanceof Refusal ? error.code : wordsOf(error))
    }
  }
  addEventListener('hashchange', () => {
    open()
    place.querySelector<HTMLElement>('.details h2')?.focus()
  })
  addEventListener('keydown', pressed)
  open()
  void look()
  every(LOOK_MS, () => void look())
}

/** /health answers 503 where something is wrong, and says what all the same. */
async function stateOfRun(): Promise<string> {
  const response = await fetch('health', { cache: 'no-store' })
  const { status } = (await response.json()) as { readonly status: string }
  return status
}

interface Address {
  readonly kind: string
  readonly name: string
}

/** `#/step/candles`. */
function readAddress(): Address {
  const [, kind = '', ...rest] = location.hash.split('/')
  try {
    return { kind, name: decodeURIComponent(rest.join('/')) }
  } catch (error) {
    if (error instanceof URIError) return { kind, name: '' }
    throw error
  }
}

/** What the address names, or the overview where there is no such thing. */
function viewOf(page: Page, stores: readonly Store[], { kind, name }: Address): View {
  const { topics, sinks, subTopologies } = page.topology
  const steps = subTopologies.flatMap((sub) => sub.steps)
  const topic = topics.find((each) => each.name === name)
  const sink = sinks.find((each) => each.name === name)
  const step = steps.find(({ id }) => id === name)
  const store = stores.find((each) => `${each.step}.${each.store}` === name)
  if (kind === 'topic' && topic !== undefined) return topicView(page, topic)
  if (kind === 'step' && step !== undefined) return stepView(page, step)
  if (kind === 'store' && store !== undefined) return storeView(page, store)
  if (kind === 'sink' && sink !== undefined) return sinkView(sink)
  if (kind === 'charts') return chartsView(page)
  if (kind === 'letters') return lettersView(page, name === '' ? undefined : name)
  if (kind === 'desk') return deskView(page)
  return overview(page)
}

function choose(graph: GraphView, { kind, name }: Address): void {
  const [step] = name.split('.')
  const ids: Readonly<Record<string, string | undefined>> = {
    ...{ topic: name, step: name, store: step, sink: `sink ${name}` },
  }
  graph.select(ids[kind])
}

/** `/` goes to the search box, Escape back to where the view was opened from. */
function pressed(event: KeyboardEvent): void {
  const { target, key, ctrlKey, metaKey, altKey } = event
  if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]') !== null) return
  const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement
  if (key === '/' && !isTyping) {
    event.preventDefault()
    document.querySelector<HTMLElement>('.search input')?.focus()
  } else if (key === 'Escape') {
    const { kind, name } = readAddress()
    if (name === '') return
    location.hash = kind === 'letters' ? '#/letters' : '#/'
    document.querySelector<HTMLElement>(`.node[data-id="${CSS.escape(name)}"]`)?.focus()
  }
}

function placeOf(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element "${id}"`)
  return found
}
