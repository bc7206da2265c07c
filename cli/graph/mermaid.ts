// A drawing as a Mermaid flowchart, which GitHub, GitLab and many wikis show as a picture. Ids are
// made up: Mermaid trips over words such as `end`, over hyphens, and over some first letters
// behind an arrow.
import type { Arrow, Drawing } from './drawing.ts'

const LINES: Readonly<Record<Arrow['kind'], string>> = {
  drives: '-->',
  writes: '-->',
  'looked-up': '-.->',
  repartition: '==>',
  broadcast: '==>',
}

export function mermaidOf({ title, topics, clusters, sinks, arrows }: Drawing): string {
  const steps = clusters.flatMap((cluster) => cluster.steps)
  const ids = new Map([
    ...topics.map(({ name }, i) => [name, `t${i}`] as const),
    ...steps.map(({ name }, i) => [name, `s${i}`] as const),
    ...sinks.map(({ id }, i) => [id, `o${i}`] as const),
  ])
  const idOf = (name: string): string => ids.get(name) ?? ''
  const box = (name: string, detail: string): string =>
    quote(detail === '' ? bold(name) : `${bold(name)}<br/>${escape(detail)}`)
  return [
    '---',
    `title: ${JSON.stringify(title)}`,
    '---',
    'flowchart LR',
    ...topics.map(({ name, detail, role }) => `  ${idOf(name)}[(${box(name, detail)})]:::${role}`),
    ...clusters.flatMap((cluster, i) => [
      `  subgraph g${i}[${quote(escape(cluster.title))}]`,
      ...cluster.steps.map(
        ({ name, operator }) => `    ${idOf(name)}(${box(name, operator)}):::step`,
      ),
      '  end',
    ]),
    ...sinks.map(({ id, name, detail }) => `  ${idOf(id)}[[${box(name, detail)}]]:::sink`),
    ...arrows.map(({ from, to, kind, isLookedUp, label }) => {
      const line = isLookedUp ? LINES['looked-up'] : LINES[kind]
      const words = label === '' ? '' : `|${quote(escape(label))}|`
      return `  ${idOf(from)} ${line}${words} ${idOf(to)}`
    }),
    '  classDef input fill:#e0f2fe,stroke:#0369a1,color:#0f172a',
    '  classDef output fill:#dcfce7,stroke:#15803d,color:#0f172a',
    '  classDef sink fill:#fef3c7,stroke:#b45309,color:#0f172a',
    '  classDef step fill:#ffffff,stroke:#475569,color:#0f172a',
    '',
  ].join('\n')
}

function bold(text: string): string {
  return `<b>${escape(text)}</b>`
}

function quote(markup: string): string {
  return `"${markup}"`
}

/** Mermaid's entities: `#` and a name or number. */
function escape(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replaceAll('`', '#96;')
}
