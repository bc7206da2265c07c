// Draws a topology from a seed: input topics, a few steps of every kind, and a topic for every
// stream that nothing else would see. It is text, and takes the way of every topology through
// `checkTopology`.
import { catalogue } from '../../cli/catalogue.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import type { Plan } from '../../topology/plan.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { createDraft, type Draft } from './draft.ts'
import { simulatedOperators } from './operators.ts'
import { createRandom, type Random } from './random.ts'
import type { Field } from './stream-model.ts'
import { drawStep } from './steps.ts'

export interface GeneratedTopology {
  readonly text: string
  /** Schemas beside it, by path. */
  readonly files: ReadonlyMap<string, string>
  readonly plan: Plan
}

const LEAST_STEPS = 3
const MOST_STEPS = 9

export function generateTopology(seed: number): GeneratedTopology {
  const random = createRandom(seed, 'topology')
  const mayFail = random.chance(0.12)
  const mayBeIdle = !mayFail && random.chance(0.12)
  const draft = createDraft(random, { mayFail, mayBeIdle })
  drawInputs(draft)
  const count = random.int(LEAST_STEPS, MOST_STEPS)
  while (draft.steps.length < count) {
    const known = draft.steps.length
    drawStep(draft)
    const step = draft.steps.at(-1)
    const [output] = step?.outputs ?? []
    if (step && output && draft.steps.length > known && random.chance(0.2)) {
      draft.writeOut(step, output)
    }
  }
  for (const [step, output] of draft.unseen()) draft.writeOut(step, output)
  const settled = ['dead-letter', 'dead-letter', 'skip', mayFail ? 'fail' : 'dead-letter']
  const fates = ['bad', 'late', 'duplicate'].map((fate) => `${fate}: ${random.pick(settled)}`)
  const text = draft.text([`topology: simulated-${seed}`, `fate: { ${fates.join(', ')} }`])
  return { text, files: draft.files, plan: planOf(text, draft.files) }
}

/** @throws if the topology is not a valid one. */
function planOf(text: string, files: ReadonlyMap<string, string>): Plan {
  const source = { path: 'topology.yaml', text }
  const { plan, diagnostics } = checkTopology(
    source,
    { ...catalogue, operators: simulatedOperators },
    { files: { read: (path) => files.get(path) } },
  )
  if (plan === undefined) throw new Error(`${renderDiagnostics(diagnostics)}\n${text}`)
  return plan
}

interface InputKind {
  readonly schema: string
  readonly fields: readonly Field[]
  readonly times: (random: Random) => readonly string[]
}

const inputKinds: readonly InputKind[] = [
  {
    schema: 'market/Trade',
    fields: [
      { name: 'symbol', type: 'string' },
      { name: 'price', type: 'double' },
      { name: 'size', type: 'double' },
      { name: 'side', type: 'long', nullable: true },
      { name: 'trade_id', type: 'string', nullable: true },
      { name: 'time', type: 'time' },
      { name: 'received', type: 'time' },
    ],
    times: (random) => ['time: time', ...random.pick([['available: received'], ['delay: 2s'], []])],
  },
  {
    schema: 'market/Quote',
    fields: [
      { name: 'symbol', type: 'string' },
      { name: 'bid', type: 'double' },
      { name: 'ask', type: 'double' },
      { name: 'bid_size', type: 'double', nullable: true },
      { name: 'ask_size', type: 'double', nullable: true },
      { name: 'time', type: 'time' },
      { name: 'received', type: 'time', nullable: true },
    ],
    times: (random) => ['time: time', ...random.pick([['delay: 500ms'], []])],
  },
  {
    schema: 'social/Mood',
    fields: [
      { name: 'symbol', type: 'string' },
      { name: 'score', type: 'double' },
      { name: 'source', type: 'string', nullable: true },
      { name: 'published', type: 'time' },
      { name: 'ingested', type: 'time' },
    ],
    times: () => ['time: published', 'available: ingested'],
  },
]

function drawInputs(draft: Draft): void {
  const { random, mayBeIdle } = draft
  // Nobody waits for the only topic there is.
  const count = random.int(mayBeIdle ? 2 : 1, 3)
  for (let i = 0; i < count; i += 1) {
    const isTable = i > 0 && random.chance(0.35)
    const isIdle = mayBeIdle && (i === 0 || random.chance(0.8))
    drawInput(draft, i, { isTable, isIdle })
  }
}

interface InputDraw {
  readonly isTable: boolean
  readonly isIdle: boolean
}

function drawInput(draft: Draft, index: number, { isTable, isIdle }: InputDraw): void {
  const { random } = draft
  const { schema, fields, times } = random.pick(inputKinds)
  const name = draft.newName()
  const table = isTable ? random.pick(['latest', 'history'] as const) : undefined
  const everyTask = isTable && random.chance(0.5)
  // A topic that is partitioned in a way of its own meets the others under another key only.
  const isApart = !isTable && index > 0 && random.chance(0.2)
  const place = isApart ? `${name} symbol` : 'symbol'
  draft.addTopic(
    {
      name,
      lines: [
        `    topic: in.${name}`,
        `    schema: ${schema}`,
        '    key: symbol',
        ...times(random).map((line) => `    ${line}`),
        `    partitions: ${everyTask ? random.int(1, 3) : draft.partitionsOf(place)}`,
        ...(random.chance(0.5) ? [`    lateness: ${random.int(1, 6)}s`] : []),
        ...(random.chance(0.4) ? [`    rank: ${random.int(0, 2)}`] : []),
        ...(isIdle ? [`    idle: ${random.pick(['20ms', '20ms', '100ms'])}`] : []),
        ...(table === undefined ? [] : [`    table: ${table}`]),
        ...(everyTask ? ['    copies: all'] : []),
      ],
    },
    {
      id: name,
      fields,
      key: ['symbol'],
      place,
      drives: !isTable,
      ...(table && { table }),
      ...(everyTask && { everyTask }),
    },
  )
}
