// How long checking takes: `node bench/check.ts` prints milliseconds for 200 and 10,000 steps, text
// to plan. Claim: 200 steps within 150 ms after start-up, 10,000 within 2 s.
import { catalogue, complete } from '../topology/check/harness.ts'
import { checkTopology } from '../topology/check-topology.ts'

/** Chains of ten steps beside each other, with expressions, blocks, stores and look-ups. */
function topologyOf(count: number): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const before = index % 10 === 0 ? 'trades' : `s${index - 1}`
    const kinds = [
      `keep: price > ${index} && size < ${index} * 2`,
      `add: { a${index}: price * 2, b${index}: a${index} + size / 3 }`,
      `look: { l${index}: { with: ${index % 10 === 0 ? 'trades' : `s${index - (index % 10)}`} } }`,
      'pass:',
    ]
    return `  s${index}:\n    from: ${before}\n    ${kinds[index % 4] ?? 'pass:'}\n`
  })
  return complete(`topology: t\nsteps:\n${steps.join('')}`)
}

function measure(count: number): { ms: number; errors: number } {
  const source = { path: 'topology.yaml', text: topologyOf(count) }
  const start = performance.now()
  const { diagnostics } = checkTopology(source, catalogue, { files: { read: () => undefined } })
  const ms = performance.now() - start
  return { ms, errors: diagnostics.filter(({ severity }) => severity === 'error').length }
}

for (const count of [200, 200, 200, 10_000]) {
  const { ms, errors } = measure(count)
  process.stdout.write(`${count} steps: ${ms.toFixed(0)} ms, ${errors} errors\n`)
}
