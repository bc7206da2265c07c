// What the commands show of a plan with a cycle: none of them may go round in it.
import { expect, test } from 'vitest'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { capOperator } from '../test/cap-operator.ts'
import { catalogue as shipped } from './catalogue.ts'
import { explanationText } from './explain/explanation-text.ts'
import { explain } from './explain/explanation.ts'
import { dotOf } from './graph/dot.ts'
import { drawingOf } from './graph/drawing.ts'
import { mermaidOf } from './graph/mermaid.ts'
import { svgOf } from './graph/svg.ts'
import { topologySchema } from './schema/topology-schema.ts'

const TEXT = `
topology: loop
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, idle: 2s }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  gate: { from: quotes, cap: { back: wide, most: 1 } }
  wide: { from: gate, filter: ask > bid }
`

const catalogue = { ...shipped, operators: new Map([...shipped.operators, ...capOperator]) }
const { plan, diagnostics } = checkTopology({ path: 't.yaml', text: TEXT }, catalogue, {
  files: { read: () => undefined },
})
if (!plan) throw new Error(renderDiagnostics(diagnostics))

test('explains what is fed back', () => {
  const explanation = explain(plan, catalogue)
  expect(explanationText(explanation, 100)).toContain('  looks up  wide (feedback)\n')
  const [gate] = explanation.subTopologies[0]?.steps ?? []
  expect(gate?.inputs.map(({ stream, feedback }) => [stream, feedback])).toEqual([
    ['quotes', false],
    ['wide', true],
  ])
  expect(explanation.topics.map(({ idle, retention }) => [idle, retention])).toEqual([
    [2_000_000, undefined],
  ])
})

test('draws what is fed back', async () => {
  const drawing = drawingOf(plan)
  const arrows = drawing.arrows.map(({ from, to, label }) => `${from} > ${to} ${label}`.trim())
  expect(arrows).toEqual(['quotes > gate', 'wide > gate feedback', 'gate > wide'])
  expect(mermaidOf(drawing)).toContain('feedback')
  expect(await svgOf(dotOf(drawing), drawing.title)).toContain('feedback')
})

test('gives editors a schema of a config that takes feedback', () => {
  expect(JSON.stringify(topologySchema(catalogue))).toContain('What comes back.')
})
