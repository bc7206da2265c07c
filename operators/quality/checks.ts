// The checks of `validate` as functions: each says of a record what it measured beyond its limit.
import type { Value } from '../../schemas/type.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import {
  type Action,
  actionsOf,
  checksMade,
  type CheckName,
  rulesOf,
  type ValidateConfig,
} from './actions.ts'
import { contentText } from './identity.ts'
import type { KeyMemory } from './memory.ts'

/** A record as checks see it. */
export interface Sight {
  readonly value: Value
  readonly time: number
  readonly now: number
  /** What the fields say in which records of one time differ; undefined if that is not checked. */
  readonly content: string | undefined
  /** Null where it has none, or if that is not checked. */
  readonly sequence: number | null
  readonly memory: Readonly<KeyMemory> | undefined
}

export interface Check {
  readonly name: string
  readonly isRule: boolean
  readonly action: Action
  /** In the unit of what is measured, lengths of time in seconds; null where nothing is. */
  readonly limit: number | null
  /** Undefined if the record is sound; null if it is not and nothing was measured. */
  readonly measure: (sight: Sight) => number | null | undefined
}

type Measure = Pick<Check, 'limit' | 'measure'>

const MICROS = 1_000_000

/** Rules and checks but for jumps, in the order of their names. */
export function makeChecks(config: ValidateConfig): readonly Check[] {
  const actions = actionsOf(config)
  const actionOf = (name: string): Action => {
    const action = actions.get(name)
    if (action === undefined) throw new Error(`the check ${name} is not made`)
    return action
  }
  const rules = rulesOf(config).map(({ name, expression }): Check => {
    const holds = compileExpression(expression)
    const measure: Check['measure'] = ({ value }) => (holds(value) === true ? undefined : null)
    return { name, isRule: true, action: actionOf(name), limit: null, measure }
  })
  const checks = checksMade(config).flatMap((name): readonly Check[] => {
    const made = MEASURES[name](config)
    return made ? [{ name, isRule: false, action: actionOf(name), ...made }] : []
  })
  return [...rules, ...checks].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Reads of a record what checks compare with earlier records. May throw. */
export function sightReader({
  duplicate,
  sequence,
}: ValidateConfig): (seen: Pick<Sight, 'value' | 'time' | 'now' | 'memory'>) => Sight {
  const count = sequence && compileExpression(sequence)
  return ({ value, time, now, memory }) => ({
    value,
    time,
    now,
    memory,
    content: duplicate && contentText(duplicate.map((name) => value[name])),
    sequence: count ? (count(value) as number | null) : null,
  })
}

const MEASURES: Readonly<Record<CheckName, (config: ValidateConfig) => Measure | undefined>> = {
  crossed: () => ({
    limit: 0,
    measure: ({ value }) => (spread(value) < 0 ? spread(value) : undefined),
  }),
  locked: () => ({
    limit: 0,
    measure: ({ value }) => (value.bid === value.ask ? 0 : undefined),
  }),
  duplicate: () => ({
    limit: null,
    measure: ({ memory, time, content }) =>
      memory?.time === time && memory.contents.includes(content ?? '') ? null : undefined,
  }),
  sequence: () => ({
    limit: 0,
    measure: ({ memory, sequence }) => {
      if (memory === undefined || memory.sequence === null || sequence === null) return undefined
      return sequence === memory.sequence + 1 ? undefined : sequence - memory.sequence - 1
    },
  }),
  gap: ({ gap }) => longest(gap, ({ memory, time }) => time - (memory?.time ?? time)),
  out_of_order: (config) =>
    longest(config.out_of_order, ({ memory, time }) => (memory?.time ?? time) - time),
  skew: ({ skew }) => longest(skew, ({ time, now }) => time - now),
  stale: ({ stale }) => longest(stale, ({ time, now }) => now - time),
  // It is judged last, of records that are let through but for it.
  jump: () => undefined,
}

function spread({ bid, ask }: Value): number {
  return (ask as number) - (bid as number)
}

function longest(limit = 0, lengthOf: (sight: Sight) => number): Measure {
  return {
    limit: limit / MICROS,
    measure: (sight) => {
      const length = lengthOf(sight)
      return length > limit ? length / MICROS : undefined
    },
  }
}
