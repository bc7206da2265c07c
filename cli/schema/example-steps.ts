// An operator's example is a whole topology with its test; where space is short, its steps are
// enough.
import type { Signature } from '../../topology/signature.ts'

/** The lines below `steps:` of the example's topology, moved to the left. */
export function exampleSteps({ example }: Signature): string {
  const [topology = ''] = example.split(/^---$/m)
  const lines = topology.slice(topology.indexOf('\nsteps:\n') + '\nsteps:\n'.length).split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/^ {2}/, ''))
    .join('\n')
}
