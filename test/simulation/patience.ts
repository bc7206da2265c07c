// Ends what would go on for ever within one await, where no scheduler can step in: state that a
// planted fault has damaged lets a timer set itself for the same instant again and again.
import type { Operator, Step } from '../../operators/operator.ts'

const MOST_AT_ONCE = 1_000

/** The same operators; a timer that fires for one instant without end fails its step. */
export function withPatience(
  operators: ReadonlyMap<string, Operator>,
): ReadonlyMap<string, Operator> {
  const patient = (operator: Operator): Operator => ({
    ...operator,
    step: (binding) => {
      const step = operator.step(binding)
      return { ...step, ...(step.onTimer && { onTimer: limited(step.onTimer) }) }
    },
  })
  return new Map([...operators].map(([name, each]) => [name, patient(each)]))
}

function limited(onTimer: NonNullable<Step['onTimer']>): NonNullable<Step['onTimer']> {
  let last = ''
  let count = 0
  return (key, at, turn) => {
    const timer = `${at} ${key}`
    count = timer === last ? count + 1 : 0
    last = timer
    if (count > MOST_AT_ONCE) throw new Error('the timer sets itself for the same instant')
    onTimer(key, at, turn)
  }
}
