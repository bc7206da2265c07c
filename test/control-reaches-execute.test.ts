import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { checkTopology } from '../topology/check-topology.ts'

const text = readFileSync(new URL('../apps/crypto/topology.yaml', import.meta.url), 'utf8')

function warningsOf(topology: string): readonly string[] {
  const files = { read: (): undefined => undefined }
  const { diagnostics } = checkTopology({ path: 't.yaml', text: topology }, catalogue, { files })
  return diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

test('a halt that the gate obeys and the venue does not is warned of', () => {
  const at = text.indexOf('    execute:')
  const deaf = text.slice(0, at) + text.slice(at).replace('      control: control\n', '')
  expect(warningsOf(text)).toEqual([])
  expect(warningsOf(deaf)).toEqual([
    'gate-before-execute: step "filled" takes no commands, but the risk gate before it does',
  ])
})
