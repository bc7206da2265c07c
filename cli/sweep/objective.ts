// What a sweep is sorted by: `last(equity.equity)`, a fold over one field of a written topic.
import type { Type, Value } from '../../schemas/type.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { quoted } from '../../topology/printable.ts'
import { suggest } from '../../topology/suggest.ts'
import { FileProblem } from '../load-topology.ts'

/** Plain data, for threads too. */
export interface Objective {
  readonly fold: Fold
  /** Local name of the topic. */
  readonly topic: string
  /** Undefined where records are counted. */
  readonly field: string | undefined
}

const FOLDS = ['last', 'sum', 'mean', 'min', 'max', 'count'] as const
type Fold = (typeof FOLDS)[number]

export const FORMS = 'last(TOPIC.FIELD), sum, mean, min or max of one, or count(TOPIC)'
const FORM = /^\s*(\w+)\(\s*([\w-]+)(?:\.(\w+))?\s*\)\s*$/

/** @throws FileProblem where it names nothing that the topology writes. */
export function objectiveOf(text: string | undefined, plan: Plan): Objective {
  const written = [...plan.topics.values()].filter(({ isInput }) => !isInput)
  if (text === undefined) return usualObjective(written)
  const [, word = '', name = '', field] = FORM.exec(text) ?? []
  const fold = FOLDS.find((each) => each === word)
  if (fold === undefined || (field === undefined) !== (fold === 'count')) {
    throw new FileProblem(`--objective ${quoted(text)} is none; write ${FORMS}`)
  }
  const topic = written.find((each) => each.name === name)
  if (topic === undefined) {
    const names = written.map((each) => each.name)
    throw new FileProblem(`no step writes a topic ${quoted(name)}; ${hint(name, names)}`)
  }
  if (field !== undefined) checkField(topic, field)
  return { fold, topic: name, field }
}

function checkField({ name, record: { fields } }: PlannedTopic, field: string): void {
  const found = fields.find((each) => each.name === field)
  const numbers = fields.filter(({ type }) => isNumber(type)).map((each) => each.name)
  if (found !== undefined && isNumber(found.type)) return
  const what = found === undefined ? 'no field' : 'no number in its field'
  throw new FileProblem(`topic "${name}" has ${what} ${quoted(field)}; ${hint(field, numbers)}`)
}

function hint(word: string, known: readonly string[]): string {
  const close = suggest(word, known)
  return close === undefined
    ? `there are ${known.join(', ') || 'none'}`
    : `did you mean "${close}"?`
}

/** What an account is worth in the end, where the topology says it; else records written last. */
function usualObjective(written: readonly PlannedTopic[]): Objective {
  const equity = written.find(({ record }) => record.name === 'trading.Equity')
  if (equity !== undefined) return { fold: 'last', topic: equity.name, field: 'equity' }
  const last = written.at(-1)
  if (last === undefined) throw new FileProblem('the topology writes no topic to go by')
  return { fold: 'count', topic: last.name, field: undefined }
}

export function objectiveText({ fold, topic, field }: Objective): string {
  return `${fold}(${topic}${field === undefined ? '' : `.${field}`})`
}

export interface Tally {
  readonly add: (key: string, value: Value) => void
  /** Null where there is nothing to tell it from. */
  readonly result: () => number | null
}

/** `last` adds up the last values of all keys: of all accounts, say. */
export function tallyOf({ fold, field }: Objective): Tally {
  const lasts = new Map<string, number>()
  let [records, sum, min, max] = [0, 0, Infinity, -Infinity]
  return {
    add: (key, value) => {
      const given = field === undefined ? 0 : value[field]
      if (given === null) return
      const number = Number(given)
      records += 1
      sum += number
      min = Math.min(min, number)
      max = Math.max(max, number)
      if (fold === 'last') lasts.set(key, number)
    },
    result: () => {
      if (fold === 'count') return records
      if (records === 0) return null
      if (fold === 'last') return [...lasts.values()].reduce((total, each) => total + each, 0)
      return { sum, mean: sum / records, min, max }[fold]
    },
  }
}

function isNumber(type: Type): boolean {
  if (type.kind === 'nullable') return isNumber(type.of)
  return ['int', 'long', 'float', 'double', 'decimal'].includes(type.kind)
}
