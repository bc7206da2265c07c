import { from, Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { lift, type LiftContext } from './lift.ts'
import type { Step, StepRecord } from './operator.ts'

const record = (n: number): StepRecord => ({ key: 'A', value: { n }, time: n })

/** Emits n, throws on 2, rejects 3 as late after having emitted. */
const step: Step = {
  onRecord: ({ value }, turn) => {
    const n = value?.n
    turn.emit({ n })
    if (n === 2) throw new Error('two is too many')
    if (n === 3) turn.reject('late', 'three is late')
  },
}

function recorder(events: string[]): LiftContext {
  return {
    now: () => 0,
    onFate: ({ time }, fate, reason) => void events.push(`${time} ${fate}: ${reason}`),
    onHold: () => undefined,
    wakeAt: () => undefined,
  }
}

test('a record that fails meets its fate and the records after it still flow', () => {
  const events: string[] = []
  from([1, 2, 3, 4].map(record))
    .pipe(lift(step, recorder(events), 'main'))
    .subscribe({
      next: ({ time }) => void events.push(`${time}`),
      complete: () => events.push('end'),
    })
  expect(events).toEqual(['1', '2 bad: two is too many', '3 late: three is late', '4', 'end'])
})

test('a fate that stops the run errors the stream instead of vanishing', () => {
  const events: string[] = []
  const context: LiftContext = {
    ...recorder(events),
    onFate: () => {
      throw new Error('stopped')
    },
  }
  from([1, 2, 3].map(record))
    .pipe(lift(step, context, 'main'))
    .subscribe({
      next: ({ time }) => void events.push(`${time}`),
      error: (error: Error) => void events.push(error.message),
    })
  expect(events).toEqual(['1', 'stopped'])
})

test('an error of the source passes through', () => {
  const events: string[] = []
  const source = new Subject<StepRecord>()
  source.pipe(lift(step, recorder(events), 'main')).subscribe({
    error: (error: Error) => void events.push(error.message),
  })
  source.error(new Error('source broke'))
  expect(events).toEqual(['source broke'])
})

test('unsubscribing early stops the step', () => {
  const seen: number[] = []
  const source = new Subject<StepRecord>()
  const subscription = source
    .pipe(lift(step, recorder([]), 'main'))
    .subscribe(({ time }) => void seen.push(time))
  source.next(record(1))
  subscription.unsubscribe()
  source.next(record(4))
  expect(seen).toEqual([1])
})

test('a throw undoes timers and holds, a reject keeps the timers', () => {
  const events: string[] = []
  const waking: Step = {
    onRecord: ({ key, time }, turn) => {
      turn.wakeAt(key, time + 10)
      turn.hold('waits')
      if (time === 1) throw new Error('fails')
      if (time === 2) turn.reject('duplicate', 'seen')
    },
  }
  const context: LiftContext = {
    now: () => 0,
    onFate: ({ time }, fate) => void events.push(`${time} ${fate}`),
    onHold: ({ time }, reason) => void events.push(`${time} ${reason}`),
    wakeAt: (_, at) => void events.push(`wake ${at}`),
  }
  from([1, 2, 3].map(record))
    .pipe(lift(waking, context, 'main'))
    .subscribe()
  expect(events).toEqual(['1 bad', 'wake 12', '2 duplicate', 'wake 13', '3 waits'])
})
