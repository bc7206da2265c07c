// A sentence about where and when figures were taken.
import type { Taken } from '../measure/taken.ts'

export function takenText(taken: Omit<Taken, 'load'> & Partial<Pick<Taken, 'load'>>): string {
  const { date, commit, processor, cores, memoryGb, system, node, load } = taken
  const machine = `${cores} cores of ${processor}, ${memoryGb} GB, ${system}, Node ${node}`
  const others = load === undefined ? '' : `; load average ${load[0].toFixed(1)} when it began`
  return `Taken on ${date}, commit ${commit}; ${machine}${others}.`
}
