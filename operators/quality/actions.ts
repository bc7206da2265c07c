// What becomes of a record that breaks a check or a rule: it goes on with a flag, or it is
// rejected with a fate.
import type { Block } from '../../topology/expression/expression.ts'
import type { CheckConfig } from './check-config.ts'

export type Action = 'flag' | 'bad' | 'late' | 'duplicate'

export type CheckName = Exclude<keyof CheckConfig, 'recover' | 'price' | 'flag' | 'reject'>

export interface ValidateConfig extends CheckConfig {
  readonly rules: Block | undefined
}

interface Check {
  readonly usually: Action
  /** Undefined where what is wrong is not the record in hand: others are missing before it. */
  readonly rejectsAs: Exclude<Action, 'flag'> | undefined
}

export const CHECKS: Readonly<Record<CheckName, Check>> = {
  crossed: { usually: 'bad', rejectsAs: 'bad' },
  duplicate: { usually: 'duplicate', rejectsAs: 'duplicate' },
  gap: { usually: 'flag', rejectsAs: undefined },
  jump: { usually: 'bad', rejectsAs: 'bad' },
  locked: { usually: 'flag', rejectsAs: 'bad' },
  out_of_order: { usually: 'flag', rejectsAs: 'late' },
  sequence: { usually: 'flag', rejectsAs: undefined },
  skew: { usually: 'flag', rejectsAs: 'bad' },
  stale: { usually: 'flag', rejectsAs: 'bad' },
}

export function isCheck(name: string): name is CheckName {
  return Object.hasOwn(CHECKS, name)
}

/** Checks that are made, in the order of their names. */
export function checksMade(config: CheckConfig): readonly CheckName[] {
  return Object.keys(CHECKS).filter(
    (name): name is CheckName =>
      isCheck(name) && config[name] !== undefined && config[name] !== false,
  )
}

export function rulesOf({ rules }: ValidateConfig): Block['entries'] {
  return rules?.entries ?? []
}

/** By the names of the rules and of the checks that are made. */
export function actionsOf(config: ValidateConfig): ReadonlyMap<string, Action> {
  const actions = new Map<string, Action>()
  const { flag = [], reject = [] } = config
  for (const { name } of rulesOf(config)) actions.set(name, flag.includes(name) ? 'flag' : 'bad')
  for (const name of checksMade(config)) {
    const { usually, rejectsAs = usually } = CHECKS[name]
    const action = reject.includes(name) ? rejectsAs : usually
    actions.set(name, flag.includes(name) ? 'flag' : action)
  }
  return actions
}
