// A drawing in Graphviz's DOT language, styled to be read on a light page.
import type { Arrow, Drawing, DrawnSink, DrawnTopic } from './drawing.ts'

/**
 * Graphviz knows the widths of its letters without having the font; svg.ts names fonts of the same
 * widths.
 */
export const FONT = 'Helvetica'

const TEXT = '#0f172a'
const QUIET = '#475569'
const TOPICS = {
  input: { fillcolor: '#e0f2fe', color: '#0369a1' },
  output: { fillcolor: '#dcfce7', color: '#15803d' },
}
const SINK = { fillcolor: '#fef3c7', color: '#b45309' }
const ARROWS: Readonly<Record<Arrow['kind'], Attributes>> = {
  drives: { color: '#334155' },
  writes: { color: '#15803d' },
  'looked-up': { color: '#64748b' },
  repartition: { color: '#b45309', fontcolor: '#92400e', penwidth: 1.8 },
  broadcast: { color: '#7c3aed', fontcolor: '#6d28d9', penwidth: 1.8 },
}

type Attributes = Readonly<Record<string, string | number>>

export function dotOf({ title, topics, clusters, sinks, arrows }: Drawing): string {
  const namesOf = (role: DrawnTopic['role']): readonly string[] =>
    topics.filter((topic) => topic.role === role).map(({ name }) => name)
  return [
    `digraph ${quote(title)} {`,
    `  graph ${attributes({ ...GRAPH, label: html(heading(title, arrows)) })}`,
    `  node ${attributes(NODE)}`,
    `  edge ${attributes(EDGE)}`,
    ...topics.map((topic) => `  ${quote(topic.name)} ${attributes(topicStyle(topic))}`),
    ...sinks.map((sink) => `  ${quote(sink.id)} ${attributes(sinkStyle(sink))}`),
    ...column(namesOf('input'), 'source'),
    // What sinks stand right of is not at the very right.
    ...column(namesOf('output'), sinks.length === 0 ? 'sink' : 'same'),
    ...column(
      sinks.map(({ id }) => id),
      'sink',
    ),
    ...clusters.flatMap(({ title: label, steps }, i) => [
      `  subgraph cluster_${i} {`,
      `    graph ${attributes({ ...CLUSTER, label: html(padded(label)) })}`,
      ...steps.map(
        ({ name, operator }) =>
          `    ${quote(name)} ${attributes({ label: html(twoLines(name, operator)) })}`,
      ),
      '  }',
    ]),
    ...arrows.map(
      (arrow) => `  ${quote(arrow.from)} -> ${quote(arrow.to)} ${attributes(arrowStyle(arrow))}`,
    ),
    '}\n',
  ].join('\n')
}

const GRAPH: Attributes = {
  rankdir: 'LR',
  bgcolor: '#ffffff',
  pad: 0.3,
  nodesep: 0.3,
  ranksep: 0.6,
  labelloc: 't',
  labeljust: 'l',
  fontname: FONT,
  fontcolor: TEXT,
}
const NODE: Attributes = {
  shape: 'box',
  style: 'rounded,filled',
  fillcolor: '#ffffff',
  color: '#475569',
  fontname: FONT,
  fontcolor: TEXT,
  fontsize: 13,
  margin: '0.2,0.09',
}
const EDGE: Attributes = { fontname: FONT, fontcolor: QUIET, fontsize: 10, arrowsize: 0.7 }
const CLUSTER: Attributes = {
  style: 'rounded,filled',
  fillcolor: '#f8fafc',
  color: '#cbd5e1',
  fontcolor: QUIET,
  fontsize: 11,
  labeljust: 'l',
  labelloc: 't',
  margin: 14,
}

function topicStyle({ name, role, detail }: DrawnTopic): Attributes {
  return {
    shape: 'cylinder',
    style: 'filled',
    ...TOPICS[role],
    label: html(twoLines(name, detail)),
  }
}

function sinkStyle({ name, detail }: DrawnSink): Attributes {
  return { shape: 'box3d', style: 'filled', ...SINK, label: html(twoLines(name, detail)) }
}

function arrowStyle({ kind, isLookedUp, label }: Arrow): Attributes {
  return {
    ...ARROWS[kind],
    ...(isLookedUp && { style: 'dashed' }),
    ...(label !== '' && { label: ` ${label} ` }),
  }
}

/** What stands in one column: at the left, at the right, or between. */
function column(names: readonly string[], rank: 'source' | 'sink' | 'same'): readonly string[] {
  return names.length === 0 ? [] : [`  { rank=${rank}; ${names.map(quote).join('; ')} }`]
}

function twoLines(name: string, detail: string): string {
  return `<b>${escape(name)}</b>${detail === '' ? '' : `<br/>${small(detail)}`}`
}

function heading(title: string, arrows: readonly Arrow[]): string {
  const legend = `<br align="left"/>${small('dashed: looked up')}<br align="left"/>`
  const name = `<font point-size="16"><b>${escape(title)}</b></font>`
  return arrows.some(({ isLookedUp }) => isLookedUp) ? `${name}${legend}` : name
}

function small(text: string): string {
  return `<font point-size="10" color="${QUIET}">${escape(text)}</font>`
}

/** Keeps a cluster's title off its border. */
function padded(title: string): string {
  const cell = `<td>${escape(title)}</td>`
  return `<table border="0" cellborder="0" cellspacing="6" cellpadding="0"><tr>${cell}</tr></table>`
}

/** Marks a label that Graphviz reads as HTML. */
function html(markup: string): string {
  return `<${markup}>`
}

function attributes(of: Attributes): string {
  const pairs = Object.entries(of).map(([name, value]) => {
    const isMarkup = name === 'label' && typeof value === 'string' && value.startsWith('<')
    return `${name}=${isMarkup ? value : quote(String(value))}`
  })
  return `[${pairs.join(', ')}]`
}

/** In a quoted string a backslash begins an escape. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
