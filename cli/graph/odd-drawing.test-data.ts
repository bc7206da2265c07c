// Tests of notations: names that mean something in every one of them.
import type { Drawing } from './drawing.ts'

export const ODD_DRAWING: Drawing = {
  title: 'a "b" <c> & \\d #1',
  topics: [
    { name: 'end', role: 'input', detail: 'x.`"<y>"`' },
    { name: 'o--x', role: 'output', detail: '' },
  ],
  clusters: [
    { title: 'tasks "0" <&>', steps: [{ name: 'graph', operator: 'risk-gate' }] },
    { title: 'empty', steps: [] },
  ],
  sinks: [{ id: 'sink end', name: 'end', detail: '<"pg">' }],
  arrows: [
    { from: 'end', to: 'graph', kind: 'looked-up', isLookedUp: true, label: '' },
    { from: 'graph', to: 'o--x', kind: 'writes', isLookedUp: false, label: '.a"b|c' },
    { from: 'o--x', to: 'sink end', kind: 'writes', isLookedUp: false, label: '' },
    { from: 'graph', to: 'graph', kind: 'repartition', isLookedUp: false, label: 'by <key>' },
  ],
}
