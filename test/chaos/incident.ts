// What happens to workers and their broker, and in which order: decks of all kinds, alone and two
// at once, each shuffled by the seed.
import type { Random } from '../simulation/random.ts'

export type Deed =
  /** SIGKILL of a worker; another takes its place. */
  | 'kill'
  /** SIGSTOP of a worker until the others have done its work, then SIGCONT: a zombie. */
  | 'freeze'
  /** SIGKILL of the broker, which is then started again. */
  | 'broker'
  /** Workers come and go as fast as they get slots. */
  | 'storm'

export type Incident = readonly Deed[]

const DECK: readonly Incident[] = [
  ['kill'],
  ['freeze'],
  ['broker'],
  ['storm'],
  ['kill', 'broker'],
  ['freeze', 'kill'],
  ['freeze', 'broker'],
  ['storm', 'kill'],
]

export function drawIncidents(random: Random, count: number): readonly Incident[] {
  const drawn: Incident[] = []
  while (drawn.length < count) drawn.push(...random.shuffle(DECK))
  return drawn.slice(0, count)
}

export function incidentText(incident: Incident): string {
  return incident.join(' and ')
}
