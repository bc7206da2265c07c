// A topology that remembers in every kind of store, run for real on a log with tables or on one
// without, for tests of who asks what it remembers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker, type MemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { operator, type Operator } from '../../operators/operator.ts'
import { DOUBLE } from '../../schemas/type.ts'
import { nothing } from '../../topology/config.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import { type ItemsLog, openItemsLog } from '../items-log.test-data.ts'
import { processPace } from '../pace.ts'
import { item, planSteps } from '../reference/run-steps.test-data.ts'
import { Slot } from '../slot/slot.ts'
import { openLocalState } from '../state/local-state.ts'
import { copyView, type StateView, tableView } from './state-view.ts'

export const PARTITIONS = 3
/** Microseconds of the task's clock, after which an entry of `lately` is gone. */
export const KEEP = 10
/** Places of the map; the number of an item says which. */
const PLACES = ['x', 'y"', 'é']

/** Keeps the last number of a key, by itself, under one of its places, and by its time. */
const remember = operator({
  name: 'remember',
  summary: 'Remembers.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ step, input: { key } }) => {
    const entry = inferredRecord(`${step}-number`, [{ name: 'n', type: DOUBLE }])
    const stores = {
      last: { key, entry },
      lately: { key, entry, keep: KEEP },
      placed: { key, entry, kind: 'map' },
      timed: { key, entry, kind: 'window' },
    } as const
    return { outputs: {}, stores, lookback: 0 }
  },
  example: '',
  step: ({ store, map, window }) => {
    const [last, lately] = [store<{ n: number }>('last'), store<{ n: number }>('lately')]
    const placed = map<{ n: number }>('placed')
    const timed = window<{ n: number }>('timed')
    return {
      onRecord: ({ key, value, time }) => {
        const n = Number(value?.n)
        const start = (): { n: number } => ({ n })
        const place = PLACES[Math.abs(n) % PLACES.length] ?? ''
        last.edit(key, start).n = n
        lately.edit(key, start).n = n
        placed.edit(key, place, start).n = n
        timed.edit(key, time, start).n = n
      },
    }
  },
})

const operators = [remember] as unknown as readonly Operator[]

export const rememberingPlan = planSteps({
  operators,
  steps: '  kept: { from: items, remember: }',
  topics: `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: ${PARTITIONS} }
fate: { bad: fail, late: fail, duplicate: fail }`,
})

export interface Remembering extends Pick<ItemsLog, 'layout' | 'log'> {
  readonly view: StateView
  /** Feeds `[key, time, n]`, and runs until all of it is committed. */
  readonly take: (...items: readonly (readonly [string, number, number])[]) => Promise<void>
  /** Closes the slots; `view` goes on. */
  readonly stop: () => Promise<void>
}

export type LogKind = 'embedded' | 'memory'

export async function openRemembering(kind: LogKind): Promise<Remembering> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-remembering-'))
  const closing: (() => Promise<void>)[] = []
  onTestFinished(async () => {
    for (const close of closing.toReversed()) await close()
    rmSync(folder, { recursive: true })
  })
  let broker: MemoryBroker = createMemoryBroker()
  if (kind === 'embedded') {
    const log = await openEmbeddedLog(join(folder, 'log'), { mode: 'write' })
    closing.push(() => log.close())
    broker = { connect: () => log, expire: () => undefined }
  }
  const rig = await openItemsLog(rememberingPlan, {}, broker)
  const { layout, log, feed, options } = rig
  const openCopies = () => {
    const local = openLocalState({ folder, topology: 't', onDropped: fail, askedBy: 'this run' })
    closing.push(() => local.close())
    return local
  }
  const [read, local] = log.tables ? [undefined, undefined] : [openCopies(), openCopies()]
  const view = log.tables ? tableView('t', log.tables) : read && copyView(read)
  if (view === undefined) throw new Error('no view')
  const byName = new Map(operators.map((each) => [each.name, each]))
  let slots: Slot[] = []
  const stop = async (): Promise<void> => {
    for (const slot of slots.splice(0)) await slot.close()
    await nextTurn()
  }
  closing.push(stop)
  return {
    layout,
    log,
    view,
    stop,
    take: async (...items) => {
      await feed(
        'items',
        items.map(([key, time, n]) => item(key, time, n) as InputItem),
      )
      if (slots.length === 0) {
        const own = options({ operators: byName, local })
        const open = Array.from({ length: layout.slots }, (_, id) => Slot.open(id, own, new Map()))
        slots = await Promise.all(open)
      }
      for (const slot of slots) while ((await slot.round()) > 0);
      await nextTurn()
    },
  }
}

/** Who has looked in a turn of the event loop sees the same until it is over. */
function nextTurn(): Promise<void> {
  return processPace.pause(0)
}

function fail(why: string): never {
  throw new Error(why)
}
