// What a topology may ask of QuestDB, told at the file: names that it takes, columns that do not
// collide, keys that one partition decides, rollups over columns that are there.
import { keyProblem } from '../../schemas/key.ts'
import { fieldOf, notNull, type RecordType, type Type } from '../../schemas/type.ts'
import type { Finding } from '../../topology/diagnostic.ts'
import { parseDuration } from '../../topology/duration.ts'
import { quoted } from '../../topology/printable.ts'
import type { SinkInference } from '../../topology/signature.ts'
import type { Span } from '../../topology/source.ts'
import { canBeSymbol, type StoredField, storedFields } from './columns.ts'
import type { QuestdbConfig, Rollup } from './config.ts'
import { OFFSET, PARTITION } from './lines.ts'
import { folded, nameProblem } from './names.ts'
import { POSITIONS } from './positions.ts'
import { AGGREGATES, parseAggregate } from './rollups.ts'

/**
 * The column of the event time: the field that holds it, or one of its own. What a step writes may
 * have a field "time" that is none: the time of a bar, say, is a column beside that of its record.
 */
export function timeColumn(time: string | undefined, { fields }: RecordType): string {
  if (time !== undefined) return time
  return fields.some(({ name }) => folded(name) === 'time') ? '_time' : 'time'
}

type Inference = SinkInference<QuestdbConfig>

export function checkSink(inference: Inference): void {
  const { config, topic, input, say, span, spanOf } = inference
  const table = config.table ?? topic.name
  const at = config.table === undefined ? span : spanOf('table')
  checkName('table', table, at, say)
  if (folded(table) === POSITIONS) {
    say({ message: `table ${quoted(table)} holds the engine's positions`, span: at, repair: NAME })
  }
  const fields = storedFields(input.record)
  checkColumns(inference, fields)
  checkSymbols(inference, fields)
  checkKey(inference)
  checkAge(config.ttl, spanOf('ttl'), say)
  for (const [name, rollup] of Object.entries(config.rollups ?? {})) {
    checkRollup(inference, { name, rollup, table, fields })
  }
}

type Say = (finding: Finding) => void
const NAME = 'name another'

function checkName(what: 'table' | 'column', name: string, span: Span, say: Say): void {
  const problem = nameProblem(what, name)
  if (problem !== undefined)
    say({ message: `${what} ${quoted(name)} ${problem}`, span, repair: NAME })
}

function checkAge(ttl: string, span: Span, say: Say): void {
  if (ttl === 'none') return
  const reading = parseDuration(ttl)
  if ('problem' in reading) {
    const repair = `${reading.repair}; or none, to keep all rows`
    say({ message: `ttl ${quoted(ttl)} ${reading.problem}`, span, repair })
  } else if (reading.micros === 0) {
    say({ message: 'ttl 0 keeps nothing', span, repair: 'write none to keep all rows' })
  }
}

function checkColumns({ input, time, span, say }: Inference, fields: readonly StoredField[]): void {
  const timeOwn = time === undefined ? [timeColumn(time, input.record)] : []
  const own = [...timeOwn, PARTITION, OFFSET]
  const taken = new Map(own.map((name) => [folded(name), 'a column that every table has']))
  for (const { name, type } of fields) {
    checkName('column', name, span, say)
    const first = taken.get(folded(name))
    if (first !== undefined) {
      say({
        message: `column ${quoted(name)} of ${quoted(input.record.name)} collides with ${first}`,
        span,
        repair: 'QuestDB tells no names apart by their case; rename the field in a step before',
      })
    }
    taken.set(folded(name), `column "${name}"`)
    const inner = notNull(type)
    if (inner.kind === 'decimal' && inner.precision > 76) {
      const message = `column ${quoted(name)} has ${inner.precision} digits, and QuestDB holds 76`
      say({ message, span, repair: 'make it narrower in a step before' })
    }
  }
}

function checkSymbols({ config, spanOf, say }: Inference, fields: readonly StoredField[]): void {
  config.symbols?.forEach((name, index) => {
    const field = fields.find((each) => each.name === name)
    if (field && canBeSymbol(field)) return
    say({
      message: `${quoted(name)} is ${field ? 'no string or enum' : 'no column'}`,
      span: spanOf('symbols', String(index)),
      repair: `a symbol is one of ${fields
        .filter(canBeSymbol)
        .map(({ name }) => name)
        .join(', ')}`,
    })
  })
}

/** Rows of one key must come from one partition, or chance would decide which is the last. */
function checkKey({ config, input, time, spanOf, say }: Inference): void {
  const { key } = config
  if (key === undefined) return
  const span = spanOf('key')
  if (key.length === 0) {
    say({ message: '`key` names no field', span, repair: 'name fields, or leave it out' })
  }
  if (time === undefined) {
    const message = '`key` needs a field for event time, which is part of it'
    say({ message, span, repair: 'add `time:` to the topic, or leave `key` out' })
  }
  const missing = input.key.filter((name) => !key.includes(name))
  if (missing.length > 0) {
    const list = [...missing, ...key].join(', ')
    const message = `\`key\` lacks ${missing.map(quoted).join(', ')}, which the topic is keyed by`
    say({ message, span, repair: `write \`key: [${list}]\`` })
  }
  key.forEach((name, index) => {
    const field = fieldOf(input.record, name)
    const problem = field && keyProblem(notNull(field.type))
    if (problem === undefined) return
    const message = `key field ${quoted(name)} ${problem}`
    say({ message, span: spanOf('key', String(index)), repair: 'leave it out' })
  })
}

interface CheckedRollup {
  readonly name: string
  readonly rollup: Rollup
  readonly table: string
  readonly fields: readonly StoredField[]
}

function checkRollup(inference: Inference, { name, rollup, table, fields }: CheckedRollup): void {
  const { spanOf, say, input } = inference
  const time = timeColumn(inference.time, input.record)
  const spanAt = (...path: readonly string[]) => spanOf('rollups', name, ...path)
  checkName('table', name, spanAt(), say)
  if ([folded(table), POSITIONS].includes(folded(name))) {
    const message = `rollup ${quoted(name)} has the name of a table`
    say({ message, span: spanAt(), repair: NAME })
  }
  if (rollup.every % 1_000_000 !== 0) {
    const message = '`every` is no whole number of seconds'
    say({ message, span: spanAt('every'), repair: 'write 1s, 1m, 1h' })
  }
  checkAge(rollup.ttl, spanAt('ttl'), say)
  const by = rollup.by ?? []
  by.forEach((column, index) => {
    if (fields.some((field) => field.name === column)) return
    say({ message: `there is no column ${quoted(column)}`, span: spanAt('by', String(index)) })
  })
  const taken = new Set([time, ...by].map(folded))
  for (const [column, call] of Object.entries(rollup.values)) {
    const span = spanAt('values', column)
    checkName('column', column, span, say)
    if (taken.has(folded(column))) {
      say({ message: `rollup ${quoted(name)} has ${quoted(column)} twice`, span, repair: NAME })
    }
    taken.add(folded(column))
    const problem = aggregateProblem(call, fields)
    if (problem) say({ ...problem, span })
  }
}

function aggregateProblem(
  call: string,
  fields: readonly StoredField[],
): Pick<Finding, 'message' | 'repair'> | undefined {
  const aggregate = parseAggregate(call)
  const known = AGGREGATES.join(', ')
  if (aggregate === undefined) {
    const message = `${quoted(call)} is no aggregate`
    return { message, repair: `write first(price); there are ${known}` }
  }
  if (aggregate.of === '') return undefined
  const field = fields.find(({ name }) => name === aggregate.of)
  if (field === undefined) {
    const message = `there is no column ${quoted(aggregate.of)}`
    return { message, repair: `columns are ${fields.map(({ name }) => name).join(', ')}` }
  }
  if (aggregate.name === 'count' || isNumber(notNull(field.type))) return undefined
  const message = `${quoted(call)} takes a number, and ${quoted(aggregate.of)} is none`
  return { message, repair: 'take another column, or count()' }
}

const NUMBERS: readonly Type['kind'][] = ['int', 'long', 'float', 'double', 'decimal', 'duration']

const isNumber = ({ kind }: Type): boolean => NUMBERS.includes(kind)
