// An explanation on paper: topology, sources, topics, each sub-topology with what it merges and
// its steps, in order, then sinks. Every line is a label and what it says; what is usual (no
// lateness, the default fates) is left out.
import { formatDuration } from '../../topology/duration.ts'
import { printable } from '../../topology/printable.ts'
import type {
  ExplainedField,
  ExplainedInput,
  ExplainedOutput,
  ExplainedParameter,
  ExplainedSink,
  ExplainedSource,
  ExplainedStep,
  ExplainedSubTopology,
  ExplainedTopic,
  Explanation,
} from './explanation.ts'
import { taskNames } from '../task-names.ts'
import { type Row, renderRows, table } from './rows.ts'

/**
 * Hexadecimal digits of a hash that are shown: enough to tell any two apart that a person compares.
 */
const SHORT_HASH = 12
/** Columns of the longest label that is no operator and no kind of sink. */
const SHORTEST_LABEL = 'lookback'.length

/** Lines of at most `columns`, but for single words that are longer. Ends with a line break. */
export function explanationText(explanation: Explanation, columns: number): string {
  const { topology, shapeHash, fullHash, parameters, fates, subTopologies, sinks } = explanation
  const operators = subTopologies.flatMap(({ steps }) => steps.map(({ operator }) => operator))
  const words = [...operators, ...sinks.map(({ kind }) => kind)]
  const label = Math.max(SHORTEST_LABEL, ...words.map((word) => word.length))
  const show = (rows: readonly Row[]): string => renderRows(rows, { label, columns })
  const values = Object.entries(parameters).map(
    ([name, value]) => [name, parameterText(value)] as const,
  )
  const head: readonly Row[] = [
    { label: 'shape', items: [shapeHash.slice(0, SHORT_HASH)] },
    { label: 'full', items: [fullHash.slice(0, SHORT_HASH)] },
    { label: 'fate', items: Object.entries(fates).map(([kind, fate]) => `${kind} ${fate}`) },
    ...(values.length > 0 ? [{ label: 'param', pairs: values }] : []),
  ]
  return [
    `topology ${topology}\n${show(head)}`,
    ...explanation.sources.map((source) => `source ${source.name}\n${show(sourceRows(source))}`),
    ...explanation.topics.map((topic) => `${topicTitle(topic)}\n${show(topicRows(topic))}`),
    ...subTopologies.flatMap((each) => [
      subTopologyText(each),
      ...each.steps.map((step) => `step ${step.id}\n${show(stepRows(step, fates))}`),
    ]),
    ...sinks.map((sink) => `sink ${sink.name}\n${show(sinkRows(sink))}`),
  ].join('\n')
}

function subTopologyText(subTopology: ExplainedSubTopology): string {
  const merges = subTopology.merges.map(({ stream, via, partitions, everyTask }, i) => [
    String(i + 1),
    stream,
    via,
    everyTask ? `all of ${count(partitions, 'partition')} in every task` : 'a partition per task',
  ])
  const order = table(merges).map((line) => `    ${line}\n`)
  return [
    `sub-topology ${subTopology.id}: ${taskNames(subTopology)}\n`,
    '  merges by when records became available, ties in this order:\n',
    ...order,
  ].join('')
}

function sourceRows({ connection, connector, fills }: ExplainedSource): readonly Row[] {
  const fill = fills.map(({ topic, output }) =>
    topic === output ? topic : `${topic} with ${output}`,
  )
  const kind =
    connector === undefined
      ? 'of whichever connector the environment names'
      : `connector ${connector}`
  return [
    { label: 'opens', items: [`connection ${connection}`, kind] },
    { label: 'fills', items: fill },
  ]
}

function topicTitle({ name, role, table: kind }: ExplainedTopic): string {
  return `${role} ${kind === undefined ? 'topic' : 'table'} ${name}`
}

function topicRows(topic: ExplainedTopic): readonly Row[] {
  const { time, unit, available, delay, lateness, copies } = topic
  const times = [
    ...(time === undefined ? [] : [`happened at ${time}`]),
    ...(available === undefined ? [] : [`known at ${available}`]),
    ...(delay > 0 ? [`known ${formatDuration(delay)} later`] : []),
    ...(unit === undefined ? [] : [`in ${unit}`]),
    ...(lateness > 0 ? [`lateness ${formatDuration(lateness)}`] : []),
  ]
  const kept = topic.table === 'history' ? 'versions by event time' : 'the last value per key'
  return [
    { label: 'holds', items: [topic.schema] },
    { label: '', items: typed(topic.fields) },
    { label: 'key', items: [keyText(topic.key)] },
    { label: 'times', items: times },
    { label: 'keeps', items: topic.table === undefined ? [] : [kept] },
    {
      label: 'on',
      items: [
        topic.topic,
        count(topic.partitions, 'partition'),
        ...(copies === undefined ? [] : ['every task holds all of it']),
      ],
    },
  ]
}

function stepRows(step: ExplainedStep, usual: Explanation['fates']): readonly Row[] {
  const { operator, config, inputs, outputs, stores, lookback } = step
  const driving = inputs.filter(({ role }) => role === 'drives')
  const lookedUp = inputs.filter(({ role }) => role === 'looked-up')
  const fates = Object.entries(step.fates).filter(
    ([kind, fate]) => usual[kind as keyof typeof usual] !== fate,
  )
  return [
    { label: 'from', items: driving.map(inputText) },
    { label: 'looks up', items: lookedUp.map(inputText) },
    { label: operator, pairs: config.map(({ name, text }) => [name, text] as const) },
    ...outputs.flatMap(outputRows),
    ...stores.map(({ store, key, fields }) => ({
      label: 'state',
      items: typed(fields),
      lead: `${store} by ${keyText(key)}:`,
    })),
    {
      label: 'lookback',
      items:
        lookback > 0 ? [`${count(lookback, 'record')} of its key before the first output`] : [],
    },
    { label: 'fate', items: fates.map(([kind, fate]) => `${kind} ${fate}`) },
  ]
}

function sinkRows({ kind, connection, topic, config, bad, away }: ExplainedSink): readonly Row[] {
  const lasting = away
    ? `${formatDuration(away.after)} at most, then the ${away.ends} ends`
    : 'for any time: it is tried again'
  const settings = config.map(({ name, text }) => [name, text] as const)
  return [
    { label: 'from', items: [topic] },
    { label: kind, pairs: [['connection', connection], ...settings] },
    { label: 'fate', items: [`bad ${bad}`] },
    { label: 'away', items: [lasting] },
  ]
}

function inputText({ name, stream, role, via, feedback, key }: ExplainedInput): string {
  const alias = role === 'drives' && name !== 'main' && name !== stream ? ` as ${name}` : ''
  const way = {
    local: feedback ? ' (feedback)' : '',
    topic: ' (topic)',
    repartition: ` (repartition by ${keyText(key)})`,
    broadcast: ' (broadcast)',
  }[via]
  return `${stream}${alias}${way}`
}

function outputRows(output: ExplainedOutput): readonly Row[] {
  const { fields, carried, key, keyBefore, broadcast, repartition, lateness, topic } = output
  const isOther = keyText(key) !== keyText(keyBefore)
  const keyItems = [
    isOther ? `${keyText(key)} (was ${keyText(keyBefore)})` : keyText(key),
    ...(repartition ? [`repartition by ${keyText(key)}`] : []),
    ...(broadcast ? ['broadcast: every task gets every record'] : []),
  ]
  const names = fields.slice(0, carried).map(({ name }) => name)
  const isWhole = carried > 0
  return [
    { label: 'output', items: output.output === 'main' ? [] : [`.${output.output}`] },
    { label: 'carries', items: names },
    { label: isWhole ? 'adds' : 'gives', items: typed(fields.slice(carried)) },
    { label: 'key', items: keyItems },
    { label: 'lateness', items: wholeMillis(lateness) },
    { label: 'writes', items: topic === undefined ? [] : [topic] },
  ]
}

function typed(fields: readonly ExplainedField[]): readonly string[] {
  return fields.map(({ name, type }) => `${name} ${type}`)
}

function keyText(key: readonly string[]): string {
  return key.length === 0 ? 'all' : key.join(' + ')
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

/**
 * Bars add a microsecond each, for the timer that closes them; it is no lateness that a person
 * means.
 */
function wholeMillis(micros: number): readonly string[] {
  const millis = Math.floor(micros / 1_000)
  return millis > 0 ? [formatDuration(millis * 1_000)] : []
}

/** `5`, `1m`, `0.0005 (symbol BTCUSDT: 0.0001)`. */
function parameterText({ type, value, per }: ExplainedParameter): string {
  const usual = valueText(type, value)
  if (per === undefined) return usual
  const others = Object.entries(per.values).map(([of, each]) => `${of}: ${valueText(type, each)}`)
  return `${usual} (${printable(per.field)} ${printable(others.join(', '))})`
}

function valueText(type: string, value: unknown): string {
  if (type === 'duration' && typeof value === 'number') return formatDuration(value)
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}
