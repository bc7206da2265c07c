// millrace graph FILE: a topology as a picture, or as text that other programs make a picture of.
import { type Command, Option } from 'commander'
import { dotOf } from './graph/dot.ts'
import { type Drawing, drawingOf } from './graph/drawing.ts'
import { mermaidOf } from './graph/mermaid.ts'
import { svgOf } from './graph/svg.ts'
import type { Io } from './io.ts'
import { collectPairs, planOrFail } from './load-topology.ts'

const FORMATS = {
  svg: (drawing: Drawing) => svgOf(dotOf(drawing), drawing.title),
  mermaid: mermaidOf,
  dot: dotOf,
}

interface GraphOptions {
  readonly format: keyof typeof FORMATS
  readonly set: Readonly<Record<string, string>>
  readonly json?: true
}

export function registerGraph(program: Command, io: Io): void {
  program
    .command('graph')
    .summary('draw a topology')
    .description(
      'Draws a topology: input topics left, output topics and sinks right, sub-topologies ' +
        'framed. Thick arrows are repartitions and broadcasts, dashed ones look up.',
    )
    .argument('<file>', 'the topology')
    .addOption(
      new Option('--format <format>', 'a picture, or text for Mermaid or Graphviz')
        .choices(Object.keys(FORMATS))
        .default('svg'),
    )
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .option('--json', 'the boxes and arrows as one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace graph apps/forex/topology.yaml > forex.svg\n' +
        '  millrace graph apps/forex/topology.yaml --format mermaid',
    )
    .action(async (file: string, { format, set, json }: GraphOptions) => {
      const plan = planOrFail(file, io, { set })
      if (plan === undefined) return
      const drawing = drawingOf(plan)
      io.out(json ? `${JSON.stringify(drawing, null, 2)}\n` : await FORMATS[format](drawing))
    })
}
