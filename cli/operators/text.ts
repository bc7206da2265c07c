// `millrace operators` on a terminal: the list, and one operator or function in full.
import { renderRows, type Row } from '../explain/rows.ts'
import type { ConfigRow } from './describe-config.ts'
import type { FunctionDescription, ParameterRow } from './describe-function.ts'
import type { OperatorDescription } from './describe-operator.ts'

export interface Vocabulary {
  readonly operators: readonly OperatorDescription[]
  readonly functions: readonly FunctionDescription[]
}

const STATEFUL = 'that of the slowest stateful function in its expressions'

export function listText({ operators, functions }: Vocabulary, columns: number): string {
  const homes = operators.filter((each) => each.takesStateful).map(({ name }) => name)
  const rows = (given: readonly (readonly [string, string])[]): string => {
    const label = Math.max(...given.map(([name]) => name.length))
    return renderRows(
      given.map(([name, summary]) => ({ label: name, pairs: [['', summary]] })),
      { label, columns },
    )
  }
  const named = (isStateful: boolean): string =>
    rows(
      functions
        .filter((each) => each.isStateful === isStateful)
        .map(({ signature, summary }) => [signature, summary] as const),
    )
  return [
    `operators: every step has one\n${rows(operators.map((each) => [each.name, each.summary]))}`,
    `stateful functions: in ${homes.join(' and ')} alone\n${named(true)}`,
    `functions: in every expression\n${named(false)}`,
    'millrace operators NAME says more about one of them.\n',
  ].join('\n')
}

export function operatorText(operator: OperatorDescription, columns: number): string {
  const { name, summary, config, fates, takesStateful, example } = operator
  const label = Math.max('lookback'.length, ...config.map(({ key }) => key.length))
  const page = { label, columns }
  const facts: readonly Row[] = [
    { label: 'fates', items: fates },
    { label: 'lookback', items: takesStateful ? [STATEFUL] : [] },
  ]
  return [
    `operator ${name}\n${renderRows([{ label: 'does', pairs: [['', summary]] }], page)}`,
    ...(config.length > 0 ? [`config\n${renderRows(config.map(configRow), page)}`] : []),
    `records\n${renderRows(facts, page)}`,
    `example, with its test\n${example.replaceAll(/^(?=.)/gm, '  ')}\n`,
  ].join('\n')
}

function configRow({ key, takes, isRequired, default: standard, summary }: ConfigRow): Row {
  const rule = isRequired ? 'required' : standard === undefined ? 'optional' : `default ${standard}`
  return {
    label: key === '' ? '(value)' : key,
    pairs: [
      ['', `${takes}; ${rule}`],
      ['', summary],
    ],
  }
}

export function functionText(each: FunctionDescription, columns: number): string {
  const { signature, summary, isStateful, parameters, lookback, results, source, example } = each
  const label = Math.max('lookback'.length, ...parameters.map(({ name }) => name.length))
  const page = { label, columns }
  const facts: readonly Row[] = [
    { label: 'gives', items: results ?? [] },
    { label: 'lookback', items: lookback === undefined ? [] : [lookbackText(lookback)] },
    { label: 'formula', pairs: source === undefined ? [] : [['', source]] },
    { label: 'example', pairs: [['', example]] },
  ]
  const kind = isStateful ? 'stateful function' : 'function'
  return [
    `${kind} ${signature}\n${renderRows([{ label: 'gives', pairs: [['', summary]] }], page)}`,
    ...(parameters.length > 0
      ? [`parameters\n${renderRows(parameters.map(parameterRow), page)}`]
      : []),
    `use\n${renderRows(facts, page)}`,
  ].join('\n')
}

export function lookbackText(lookback: number): string {
  if (lookback === 0) return 'none: it has a value at the first record of its key'
  const records = lookback === 1 ? 'record' : 'records'
  return `${lookback} ${records} of its key before the first value, as in the example`
}

function parameterRow({ name, takes, isOptional, summary }: ParameterRow): Row {
  return {
    label: name,
    pairs: [
      ['', isOptional ? `${takes}; optional` : takes],
      ['', summary],
    ],
  }
}
