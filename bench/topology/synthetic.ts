// Records made up for any schema: keys in turn, times that go on, numbers that walk, so that what a
// topology costs can be measured before there is data. The same ones every time.
import { Decimal } from '../../schemas/decimal.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { RecordType, Type, Value } from '../../schemas/type.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { type NextInt, splittableRandom } from '../workload/splittable-random.ts'

export interface Synthetic {
  readonly records: number
  readonly keys: number
  /** Records a second of event time. */
  readonly rate: number
}

/** 2025-01-01T00:00:00Z */
const START = 1_735_689_600_000_000
const MICROS = 1_000_000
const UNIT = { s: 1_000_000, ms: 1_000, us: 1, ns: 0.001 }
const SEED = 42
const TICK = 0.01

export function syntheticItems(
  topic: PlannedTopic,
  { records, keys, rate }: Synthetic,
): readonly InputItem[] {
  const draw = splittableRandom(SEED)
  const walks = new Float64Array(keys).fill(100)
  return Array.from({ length: records }, (_, index): InputItem => {
    const key = index % keys
    walks[key] = Math.max(1, (walks[key] ?? 0) + (draw(21) - 10) * TICK)
    const time = START + Math.round((index * MICROS) / rate)
    const about = { topic, key, time, price: walks[key] ?? 0, draw }
    const available = topic.available === undefined ? time + topic.delay : time
    return { kind: 'record', value: valueOf(topic.record, about), time, available, place: '' }
  })
}

interface About {
  readonly topic: PlannedTopic
  readonly key: number
  readonly time: number
  readonly price: number
  readonly draw: NextInt
}

function valueOf({ fields }: RecordType, about: About): Value {
  const { topic, key, time } = about
  const entries = fields.map(({ name, type }, place): [string, unknown] => {
    if (topic.key.includes(name)) return [name, keyOf(type, key)]
    if (name === topic.time || name === topic.available) return [name, timeOf(type, time, topic)]
    return [name, partOf(type, about, place)]
  })
  return Object.fromEntries(entries)
}

function keyOf(type: Type, key: number): unknown {
  if (type.kind === 'string') return `K${key}`
  if (type.kind === 'enum') return type.symbols[key % type.symbols.length]
  return type.kind === 'boolean' ? key % 2 === 0 : key
}

function timeOf(type: Type, time: number, { unit = 'us' }: PlannedTopic): unknown {
  if (type.kind === 'nullable') return timeOf(type.of, time, { unit } as PlannedTopic)
  return type.kind === 'time' ? time : Math.floor(time / UNIT[unit])
}

/** A later field has a greater number, so that an ask lies above its bid. */
function partOf(type: Type, about: About, place: number): unknown {
  const { price, draw, time } = about
  switch (type.kind) {
    case 'boolean':
      return draw(2) === 0
    case 'int':
    case 'long':
      return draw(1_000)
    case 'float':
    case 'double':
      return price + place * TICK
    case 'duration':
      return MICROS
    case 'time':
      return time
    case 'string':
      return `text ${draw(100)}`
    case 'bytes':
      return Buffer.from([draw(256)])
    case 'fixed':
      return Buffer.alloc(type.size, draw(256))
    case 'enum':
      return type.symbols[draw(type.symbols.length)]
    case 'decimal':
      return new Decimal(draw(1_000)).div(new Decimal(10).pow(type.scale))
    case 'list':
      return [partOf(type.items, about, place)]
    case 'map':
      return {}
    case 'nullable':
      return partOf(type.of, about, place)
    case 'record':
      return valueOf(type, about)
    case 'null':
    case 'unknown':
      return null
  }
}
