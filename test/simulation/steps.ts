// Draws one step: a kind, what it reads, its config. A kind that finds nothing fitting to read adds
// nothing. What is drawn passes every check.
import type { Draft, NewStep, Output } from './draft.ts'
import { condition, numberExpression, statefulExpression } from './expressions.ts'
import { type Field, isSameShape, keysIn, numbersOf, type Stream } from './stream-model.ts'

type Kind = (draft: Draft) => void

/** Fields that every bar has. */
const BAR_FIELDS: readonly Field[] = [
  { name: 'time', type: 'time' },
  { name: 'end', type: 'time' },
  ...['open', 'high', 'low', 'close', 'volume'].map((name) => ({ name, type: 'double' }) as const),
  { name: 'count', type: 'int' },
]

function driverOf({ random, streams }: Draft, fits: (stream: Stream) => boolean = () => true) {
  const found = streams.filter((stream) => stream.drives && fits(stream)).toReversed()
  return found.length === 0 ? undefined : random.pickSkewed(found)
}

function main(stream: Stream): readonly Output[] {
  return [{ name: 'main', stream }]
}

/** The stream of a step that gives out what it gets, with other fields. */
function passedOn(id: string, { key, place }: Stream, fields: readonly Field[]): Stream {
  return { id, key, place, fields, drives: true }
}

/** `key:` now and then: over all, by another field, to every task. */
function newKey({ random, mayBeIdle }: Draft, { fields }: Stream): Pick<NewStep, 'key'> {
  // What is silent shows behind a border between tasks.
  if (random.chance(mayBeIdle ? 0.3 : 0.55)) return {}
  const fields1 = keysIn(fields)
  const keys: NonNullable<NewStep['key']>[] = [[], 'broadcast', ...fields1.map((name) => [name])]
  if (mayBeIdle) keys.push('broadcast')
  if (fields1.length > 1) keys.push(random.shuffle(fields1).slice(0, 2).toSorted())
  return { key: random.pick(keys) }
}

function addMain(draft: Draft, from: Stream, operator: readonly string[], stream: Stream): void {
  const key = newKey(draft, stream)
  draft.addStep({ id: stream.id, from: [from.id], operator, outputs: main(stream), ...key })
}

const filter: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const line = `filter: ${quote(condition(draft.random, numbersOf(from.fields)))}`
  addMain(draft, from, [line], passedOn(draft.newName(), from, from.fields))
}

const validate: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const rule = quote(condition(draft.random, numbersOf(from.fields)))
  const stream = passedOn(draft.newName(), from, from.fields)
  addMain(draft, from, ['validate:', '  rules:', `    sound: ${rule}`], stream)
}

const derive: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const { random } = draft
  const numbers = numbersOf(from.fields)
  const name = draft.newField()
  const lines = [`  ${name}: ${quote(numberExpression(random, numbers))}`]
  const added: Field[] = [{ name, type: 'double' }]
  if (random.chance(0.5) && !from.fields.some((field) => field.name === 'tier')) {
    const which = `if(${numberExpression(random, numbers, 1)} > 50, 'high', 'low')`
    lines.push(`  tier: ${quote(which)}`)
    added.push({ name: 'tier', type: 'string' })
  }
  const stream = passedOn(draft.newName(), from, [...from.fields, ...added])
  addMain(draft, from, ['derive:', ...random.shuffle(lines)], stream)
}

function normalized(draft: Draft, from: Stream): Stream {
  const kept = from.fields.filter(({ name }) => from.key.includes(name))
  const x = numberExpression(draft.random, numbersOf(from.fields), 1)
  const lines = [...kept.map(({ name }) => `  ${name}: ${name}`), `  x: ${quote(x)}`]
  const fields: Field[] = [...kept, { name: 'x', type: 'double' }]
  const stream = passedOn(draft.newName(), from, fields)
  const operator = ['normalize:', ...lines]
  draft.addStep({ id: stream.id, from: [from.id], operator, outputs: main(stream) })
  return stream
}

const normalize: Kind = (draft) => {
  const from = driverOf(draft)
  if (from !== undefined) normalized(draft, from)
}

const indicator: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const { random } = draft
  const emits = random.chance(0.3)
  const values = Array.from({ length: random.int(1, 2) }, () => ({
    name: draft.newField(),
    ...statefulExpression(random, numbersOf(from.fields)),
  }))
  const added = values.map(({ name, type, text }): Field =>
    emits && text !== 'count()' ? { name, type, nullable: true } : { name, type },
  )
  const lines = [
    ...(emits ? ['  warm_up: emit'] : []),
    ...values.map(({ name, text }) => `  ${name}: ${quote(text)}`),
  ]
  const stream = passedOn(draft.newName(), from, [...from.fields, ...added])
  addMain(draft, from, ['indicator:', ...lines], stream)
}

const bars: Kind = (draft) => {
  const isFree = ({ key }: Stream): boolean => !BAR_FIELDS.some(({ name }) => key.includes(name))
  const from = driverOf(draft, isFree)
  if (from === undefined) return
  const { random } = draft
  const several = !from.key.includes('interval') && random.chance(0.3)
  const every = several ? '[5s, 20s]' : random.pick(['2s', '5s', '10s', '30s'])
  const numbers = numbersOf(from.fields)
  const lines = [
    `  every: ${every}`,
    `  price: ${quote(numberExpression(random, numbers, 1))}`,
    ...(random.chance(0.4) ? [`  size: ${quote(random.pick([...numbers, '1']))}`] : []),
    ...(random.chance(0.4) ? ['  fill: previous'] : []),
  ]
  const kept = from.fields.filter(({ name }) => from.key.includes(name))
  const interval: Field[] = several ? [{ name: 'interval', type: 'string' }] : []
  const id = draft.newName()
  const stream = {
    ...passedOn(id, from, [...kept, ...interval, ...BAR_FIELDS]),
    key: several ? [...from.key, 'interval'] : from.key,
  }
  addMain(draft, from, ['bars:', ...lines], stream)
}

const enrich: Kind = (draft) => {
  const { random } = draft
  const from = driverOf(draft, (stream) => lookups(draft, stream).length > 0)
  if (from === undefined) return
  const chosen = random.shuffle(lookups(draft, from)).slice(0, random.int(1, 2))
  const added: Field[] = []
  const lines = chosen.map(({ table, on }) => {
    const name = draft.newField()
    const missing = random.pick(['hold', 'null', 'null', 'fail'])
    const age = random.chance(0.5) ? `, max_age: ${random.int(2, 30)}s` : ''
    // What every version of would be kept for ever is refused.
    const byTime = table.table === 'history' || (age !== '' && on === '' && random.chance(0.6))
    const asOf = byTime ? ', as_of: time' : random.chance(0.3) ? ', as_of: available' : ''
    const inner = { name, type: table.fields }
    added.push(missing === 'null' ? { ...inner, nullable: true } : inner)
    return `  ${name}: { with: ${table.id}${on}${asOf}${age}, missing: ${missing} }`
  })
  const stream = passedOn(draft.newName(), from, [...from.fields, ...added])
  addMain(draft, from, ['enrich:', ...lines], stream)
}

/** What a stream can look up: its like in the same task, and what every task has. */
function lookups(
  { streams }: Draft,
  from: Stream,
): readonly { readonly table: Stream; readonly on: string }[] {
  const typeOf = (fields: readonly Field[], key: string) =>
    fields.find(({ name, nullable }) => name === key && !nullable)?.type
  return streams.flatMap((table) => {
    const isSameKey = table.key.join() === from.key.join()
    if (table.everyTask !== true) {
      return isSameKey && table.place === from.place ? [{ table, on: '' }] : []
    }
    if (isSameKey) return [{ table, on: '' }]
    const isFound = table.key.every((key) => typeOf(table.fields, key) === typeOf(from.fields, key))
    return isFound && table.key.length > 0 ? [{ table, on: `, on: [${table.key.join(', ')}]` }] : []
  })
}

const merge: Kind = (draft) => {
  const { random, streams } = draft
  const isLike = (a: Stream, b: Stream): boolean =>
    a.id !== b.id && b.drives && a.place === b.place && a.key.join() === b.key.join()
  const first = driverOf(draft, (a) => streams.some((b) => isLike(a, b)))
  if (first === undefined) return
  const others = streams.filter((other) => isLike(first, other))
  const alike = others.filter(({ fields }) => isSameShape(fields, first.fields))
  const isAlike = alike.length > 0 && random.chance(0.6)
  const pair = [first, random.pick(isAlike ? alike : others)]
  const merged = isAlike ? pair : pair.map((stream) => normalized(draft, stream))
  const [one = first] = merged
  const stream = passedOn(draft.newName(), one, one.fields)
  draft.addStep({
    id: stream.id,
    from: random.shuffle(merged).map(({ id }) => id),
    operator: ['merge:'],
    outputs: main(stream),
    ...newKey(draft, stream),
  })
}

const split: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const id = draft.newName()
  draft.addStep({
    id,
    from: [from.id],
    operator: ['split:', `  by: ${quote(condition(draft.random, numbersOf(from.fields)))}`],
    outputs: ['yes', 'no'].map((name) => ({
      name,
      stream: passedOn(`${id}.${name}`, from, from.fields),
    })),
    ...newKey(draft, from),
  })
}

const distinct: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const { random } = draft
  const of = quote(numberExpression(random, numbersOf(from.fields), 0))
  const lines = ['distinct:', `  of: ${of}`, `  within: ${random.int(1, 20)}s`]
  addMain(draft, from, lines, passedOn(draft.newName(), from, from.fields))
}

/** Orders and their fills, which come back to the orders. */
const cycle: Kind = (draft) => {
  const from = driverOf(draft)
  if (from === undefined) return
  const { random } = draft
  const [orders, gate, fills] = [draft.newName(), draft.newName(), draft.newName()]
  const kept = from.fields.filter(({ name }) => from.key.includes(name))
  const ordered: Field[] = [...kept, { name: 'quantity', type: 'double' }]
  const of = quote(numberExpression(random, numbersOf(from.fields), 1))
  const isGated = random.chance(0.5)
  draft.addStep({
    id: orders,
    from: [from.id],
    operator: ['order:', `  of: ${of}`, `  with: ${fills}`],
    outputs: main(passedOn(orders, from, ordered)),
  })
  if (isGated) {
    draft.addStep({
      id: gate,
      from: [orders],
      operator: [`filter: ${quote(condition(random, ['quantity']))}`],
      outputs: main(passedOn(gate, from, ordered)),
    })
  }
  const latency = random.chance(0.3) ? [] : [`  latency: ${random.pick(['500ms', '2s', '7s'])}`]
  draft.addStep({
    id: fills,
    from: [isGated ? gate : orders],
    operator: ['fill:', '  of: quantity', ...latency],
    outputs: main(passedOn(fills, from, [...kept, { name: 'filled', type: 'double' }])),
  })
}

function quote(expression: string): string {
  return JSON.stringify(expression)
}

/** Those that keep state stand twice. */
const kinds: readonly Kind[] = [
  ...[filter, validate, derive, normalize, merge, split],
  ...[indicator, bars, enrich, indicator, bars, enrich, distinct, cycle],
]

/** Draws a step; none, where its kind finds nothing to read. */
export function drawStep(draft: Draft): void {
  const { random, mayBeIdle, streams } = draft
  // A broadcast is only looked up, and so would seldom be read.
  const isTold = mayBeIdle && streams.some(({ everyTask, table }) => everyTask && !table)
  const kind = isTold && random.chance(0.25) ? enrich : random.pick(kinds)
  kind(draft)
}
