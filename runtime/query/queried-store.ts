// The stores of a topology as queries name them: `step.store`, what their keys and entries are, and
// which task has which of them.
import { Decimal, decimalText } from '../../schemas/decimal.ts'
import { keyBytes, keyJson, partitionOf } from '../../schemas/key.ts'
import { fieldOf, notNull, type RecordType, STRING, type Type } from '../../schemas/type.ts'
import type { PlannedStep } from '../../topology/plan.ts'
import type { StoreKind, StoreType } from '../../topology/signature.ts'
import type { Layout, TaskLayout } from '../layout.ts'
import { entryPrefix } from '../state/state-keys.ts'

export interface QueriedStore {
  readonly step: string
  readonly operator: string
  readonly name: string
  readonly kind: StoreKind
  readonly type: StoreType
  /** Fields of its key, and their types as far as the step's input has them. */
  readonly key: readonly { readonly name: string; readonly type: Type }[]
  readonly entry: RecordType
  /** The tasks that have a part of it, by partition. */
  readonly tasks: readonly TaskLayout[]
  /** What the names of its entries begin with in the state. */
  readonly prefix: string
}

/** By `step.store`, in the order of the plan. */
export function queriedStores({ plan, tasks }: Layout): ReadonlyMap<string, QueriedStore> {
  const stores = plan.steps.flatMap((step) => {
    const own = tasks.filter(({ sub }) => sub.steps.includes(step.id))
    return Object.entries(step.type.stores).map(([name, type]): QueriedStore => {
      return {
        step: step.id,
        operator: step.operator,
        name,
        kind: type.kind ?? 'value',
        type,
        key: type.key.map((field) => ({ name: field, type: typeOf(step, field) })),
        entry: type.entry,
        tasks: own.toSorted((a, b) => a.partition - b.partition),
        prefix: entryPrefix(step.stateHash, name),
      }
    })
  })
  return new Map(stores.map((store) => [`${store.step}.${store.name}`, store]))
}

function typeOf({ input }: PlannedStep, field: string): Type {
  return notNull(fieldOf(input.record, field)?.type ?? STRING)
}

/**
 * The partitions that are to have a key: one where the store has the key of the step's input, else
 * all, for a key may be any part of a record. Who fills a topic may spread keys in another way.
 */
export function partitionsOf(store: QueriedStore, plan: Layout['plan'], key: string): number[] {
  const { tasks } = store
  const all = tasks.map(({ partition }) => partition)
  const step = plan.steps.find(({ id }) => id === store.step)
  const isOwnKey = step?.input.key.join('\n') === store.type.key.join('\n')
  if (!isOwnKey || all.length <= 1 || step.input.everyTask === true) return all
  return [partitionOf(keyBytes(key), all.length)]
}

/**
 * The canonical text of a key as a request writes it: a text as it is, `17` or `"1.5"` for other
 * types, a JSON list for several fields. Undefined: it is no key of the store.
 */
export function parseKey({ key }: Pick<QueriedStore, 'key'>, text: string): string | undefined {
  const [only] = key
  if (only === undefined) return text
  if (key.length === 1 && isText(only.type)) return text
  const value = parseJson(text)
  if (key.length === 1) return partText(only.type, value)
  if (!Array.isArray(value) || value.length !== key.length) return undefined
  const parts = key.map(({ type }, at) => partText(type, value[at]))
  return parts.includes(undefined) ? undefined : `[${parts.join()}]`
}

/** The key as answers show it; as it stands where the operator names its entries in its own way. */
export function shownKey({ key }: Pick<QueriedStore, 'key'>, text: string): unknown {
  const types = key.map(({ type }) => type)
  if (types.length === 0) return text
  try {
    return keyJson(text, types)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

const DECIMAL = /^-?\d{1,100}(\.\d{1,100})?$/

function isText({ kind }: Type): boolean {
  return kind === 'string' || kind === 'enum'
}

function partText(type: Type, value: unknown): string | undefined {
  if (isText(type)) return typeof value === 'string' ? JSON.stringify(value) : undefined
  if (type.kind === 'decimal') {
    const isNumber = typeof value === 'string' && DECIMAL.test(value)
    return isNumber ? JSON.stringify(decimalText(new Decimal(value))) : undefined
  }
  if (type.kind === 'boolean') return typeof value === 'boolean' ? String(value) : undefined
  return Number.isSafeInteger(value) ? String(value) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
