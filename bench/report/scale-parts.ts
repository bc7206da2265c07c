// The parts of docs/benchmarks.md that show how cost grows: a chart and a table for each axis.
import { table } from '../kafka/tables.ts'
import { numberText, spreadText } from '../measure/spread.ts'
import type { Chart } from './chart.ts'
import type { ScaleFigure, ScaleResults } from './results.ts'
import { takenText } from './taken-text.ts'

const ACROSS: Readonly<Record<ScaleFigure['axis'], string>> = {
  records: 'records',
  keys: 'keys',
  partitions: 'partitions',
  steps: 'steps in a chain',
  commit: 'milliseconds between commits',
}
const UNIT = 'CPU us a record'

export function charts({ figures }: ScaleResults) {
  return axesOf(figures).map(({ axis, own }) => {
    const points = own.map(({ at, micros }) => ({ at, value: micros }))
    const chart: Chart = { title: `by ${ACROSS[axis]}`, across: ACROSS[axis], up: UNIT, points }
    return { file: `scale-${axis}.svg`, chart }
  })
}

export function scaleParts({ taken, figures }: ScaleResults): Readonly<Record<string, string>> {
  const shown = axesOf(figures).map(({ axis, own }) => {
    const rows = own.map(({ at, records, micros, megabytes, others }) => [
      numberText(at),
      numberText(records),
      spreadText(micros),
      `${numberText(megabytes, 0)} MB`,
      spreadText(others),
    ])
    const head = [ACROSS[axis], 'records', UNIT, 'memory beside files', 'cores used by others']
    const image = `![CPU a record by ${ACROSS[axis]}](benchmarks/scale-${axis}.svg)`
    return `${image}\n\n${table(head, rows)}`
  })
  return { 'scale-taken': takenText(taken), scale: shown.join('\n\n') }
}

function axesOf(figures: readonly ScaleFigure[]) {
  const groups = Map.groupBy(figures, ({ axis }) => axis)
  return [...groups].map(([axis, own]) => ({ axis, own }))
}
