// Partitions of stores as a test writes them, and the API over them: no log, no slots, no engine.
import { Registry } from 'prom-client'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import { queriedStores } from '../runtime/query/queried-store.ts'
import { rememberingPlan } from '../runtime/query/remembering.test-data.ts'
import type { PartitionState, StateView } from '../runtime/query/state-view.ts'
import { entryCodec } from '../runtime/state/stored-entry.ts'
import type { CommitRecord } from '../runtime/task/commit-record.ts'
import { type ApiParts, makeApi } from './make-api.ts'
import type { Api } from './routes/route.ts'

export interface FakePart {
  /** Names of entries and their numbers, by store. */
  readonly entries: Readonly<Record<string, readonly (readonly [string, number])[]>>
  readonly commit?: Partial<CommitRecord>
}

const layout = makeLayout(rememberingPlan)
const stores = queriedStores(layout)

/** By partition; those that are left out are not here. */
export function fakeView(parts: () => readonly (FakePart | undefined)[]): StateView {
  return {
    look: (partition, act) => {
      const part = parts()[partition]
      return part && act(stateOf(part))
    },
  }
}

export function fakeApi(view: StateView, more: Partial<ApiParts> = {}): Api {
  return makeApi({
    layout,
    log: createMemoryBroker().connect(),
    registry: new Registry(),
    status: () => ({ topology: 't', slots: [], tasks: [], sinks: [] }),
    pace: processPace,
    view,
    ...more,
  })
}

const COMMIT = { epoch: 1, number: 1, clock: 1, positions: {} }

function stateOf({ entries, commit = COMMIT }: FakePart): PartitionState {
  const all = Object.entries(entries)
    .flatMap(([id, own]) => {
      const store = stores.get(`kept.${id}`)
      if (store === undefined) throw new Error(`no store ${id}`)
      const { encode } = entryCodec(store.type)
      return own.map(([name, n]) => [store.prefix + name, encode({ n }, 0)] as const)
    })
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const isFrom = (name: string, from: string): boolean =>
    Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0
  return {
    commitOf: () => commit as CommitRecord,
    read: (name) => all.find(([each]) => each === name)?.[1],
    entries: (prefix, from = prefix) =>
      all.filter(([name]) => name.startsWith(prefix) && isFrom(name, from)),
  }
}
