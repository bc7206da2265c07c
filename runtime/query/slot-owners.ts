// Which process answers for which slot, as the group has shared them: a worker hears it with its
// slots, and every process of the topology so of all others.
import type { Report } from '../report.ts'

export interface SlotOwners {
  /** Is to hear the events of all workers of the process. */
  readonly report: Report
  /** By slot, where its owner answers; undefined: it is unknown, or there is none. */
  readonly endpoints: () => readonly (string | undefined)[]
}

export function followOwners(): SlotOwners {
  let endpoints: readonly (string | undefined)[] = []
  return {
    report: (event) => {
      if (event.kind === 'assigned') endpoints = event.endpoints
    },
    endpoints: () => endpoints,
  }
}
