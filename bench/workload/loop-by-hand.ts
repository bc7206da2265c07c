// A measured run of the plain loop over the ticks that a workload gets: the floor that it is
// compared with, and what its outputs must be.
import { createCodec } from '../../schemas/codec.ts'
import { byHand, type Output, type Workload } from './by-hand.ts'
import { type TickInput, tickWalk } from './ticks.ts'
import { tickSchema } from './topologies.ts'

export interface HandFigure {
  readonly cpuSeconds: number
  readonly outputs: ReadonlyMap<string, Output>
}

/** As many as are encoded before the clock runs over them. */
const AT_ONCE = 100_000

/** Promised, as every case is. */
export function loopByHand(
  given: TickInput & { readonly workload: Workload },
): Promise<HandFigure> {
  const codec = createCodec(tickSchema())
  const next = tickWalk(given)
  const loop = byHand(given.workload)
  let micros = 0
  for (let taken = 0; taken < given.records; taken += AT_ONCE) {
    const bodies = Array.from({ length: Math.min(AT_ONCE, given.records - taken) }, () => {
      return codec.encode(next())
    })
    const cpu = process.cpuUsage()
    for (const body of bodies) loop.take(body)
    const { user, system } = process.cpuUsage(cpu)
    micros += user + system
  }
  return Promise.resolve({ cpuSeconds: micros / 1e6, outputs: loop.end() })
}
