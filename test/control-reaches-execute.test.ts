import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { checkTopology } from '../topology/check-topology.ts'

const FOLDER = new URL('../apps/crypto/', import.meta.url)
const text = readFileSync(new URL('topology.yaml', FOLDER), 'utf8')

function warningsOf(topology: string): readonly string[] {
  const read = (path: string): string | undefined => {
    const file = new URL(path, FOLDER)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  const files = { read }
  const { diagnostics } = checkTopology({ path: 't.yaml', text: topology }, catalogue, { files })
  return diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

/** The crypto desk with a step between its risk gate and its venue. */
function withBetween(step: string): string {
  return text.replace(
    '  filled:\n    from: gated\n',
    `  between: { from: gated, ${step} }\n  filled:\n    from: between\n`,
  )
}

test.each([
  'filter: quantity > 1',
  'dedupe: { by: order_id, last: 9 }',
  'conflate: { every: 1s }',
  'validate: { rules: { some: quantity > 1 } }',
])('approved orders that may never be executed are warned of: %s', (step) => {
  expect(warningsOf(withBetween(step))).toEqual([
    'gate-before-execute: step "between" may let go of orders that the risk gate has approved',
  ])
})

test('what lets all of them pass is not warned of, nor a filter before the gate', () => {
  expect(warningsOf(withBetween('derive: { twice: quantity * 2 }'))).toEqual([])
  const early = text.replace(
    '  gated:\n    from: sized\n',
    '  some: { from: sized, filter: quantity > 1 }\n  gated:\n    from: some\n',
  )
  expect(early).not.toBe(text)
  expect(warningsOf(early)).toEqual([])
})

test('filters that deal the orders of a gate out to several venues are not warned of', () => {
  const one = withBetween('filter: quantity > 1')
  const [, venue = ''] = /^  filled:\n    from: between\n((?: {4,}(?!to:).*\n)+)/m.exec(one) ?? []
  expect(venue).toContain('execute:')
  const other = `  rest: { from: gated, filter: quantity <= 1 }\n  other:\n    from: rest\n${venue}`
  const two = one.replace('  between:', `${other}  between:`)
  const merged = two.replace('from: filled.fills', 'from: [filled.fills, other.fills]')
  expect(warningsOf(merged)).toEqual([])
})

test('a halt that the gate obeys and the venue does not is warned of', () => {
  const at = text.indexOf('    execute:')
  const deaf = text.slice(0, at) + text.slice(at).replace('      control: control\n', '')
  expect(warningsOf(text)).toEqual([])
  expect(warningsOf(deaf)).toEqual([
    'gate-before-execute: step "filled" takes no commands, but the risk gate before it does',
  ])
})
