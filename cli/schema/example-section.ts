// An example is a whole topology, of an operator with its test; where space is short, the section
// that it is about is enough.

/** The lines below a section's word in the example's topology, moved to the left. */
export function exampleSection(example: string, section: 'steps' | 'sinks'): string {
  const [topology = ''] = example.split(/^---$/m)
  const [, after = ''] = topology.split(new RegExp(`^${section}:\\n`, 'm'))
  const [own = ''] = after.split(/^(?=\S)/m)
  return own
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/^ {2}/, ''))
    .join('\n')
}
