// What a proxy knows over all of its connections: how many requests of each kind have passed, which
// faults are due, and what came of them.
import { type Fault, faultText, type Rpc, rpcOf } from './fault.ts'

export interface Board {
  /** Counts a request; the fault that falls on it. */
  readonly count: (key: number) => Fault | undefined
  /** Does it when so many more requests of that kind have been counted. */
  readonly after: (rpc: Rpc, requests: number, act: () => void) => void
  /** From now on nothing waits for requests. */
  readonly hurry: () => void
  readonly note: (fault: Fault, what: string) => void
  /** How often each RPC was asked. */
  readonly seen: ReadonlyMap<Rpc, number>
  /** What was done, in words, in its order. */
  readonly done: readonly string[]
  /** Faults that have fallen. */
  readonly fallen: ReadonlySet<Fault>
}

export function createBoard(faults: readonly Fault[]): Board {
  const seen = new Map<Rpc, number>()
  const done: string[] = []
  const fallen = new Set<Fault>()
  let isHurried = false
  const waiting = new Set<{ readonly rpc: Rpc; readonly nth: number; readonly act: () => void }>()
  const actWhere = (isDue: (rpc: Rpc, nth: number) => boolean): void => {
    for (const each of waiting) {
      if (!isDue(each.rpc, each.nth)) continue
      waiting.delete(each)
      each.act()
    }
  }
  return {
    count(key) {
      const rpc = rpcOf(key)
      if (rpc === undefined) return undefined
      const nth = (seen.get(rpc) ?? 0) + 1
      seen.set(rpc, nth)
      const fault = faults.find((each) => each.rpc === rpc && each.nth === nth)
      if (fault !== undefined) fallen.add(fault)
      actWhere((own, due) => own === rpc && due <= nth)
      return fault
    },
    after(rpc, requests, act) {
      if (requests === 0 || isHurried) act()
      else waiting.add({ rpc, nth: (seen.get(rpc) ?? 0) + requests, act })
    },
    hurry() {
      isHurried = true
      actWhere(() => true)
    },
    note: (fault, what) => void done.push(`${faultText(fault)}: ${what}`),
    seen,
    done,
    fallen,
  }
}
