// Every kind of sink comes with an example that its users begin from.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { sinks } from '../sinks/index.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'

const page = readFileSync(new URL('../docs/sinks.md', import.meta.url), 'utf8')

function checked(text: string) {
  const files = { read: () => undefined }
  return checkTopology({ path: 'topology.yaml', text }, catalogue, { files })
}

test.each([...sinks])('the example of %s is a sound topology with one sink of it', (word, kind) => {
  const { diagnostics, plan } = checked(kind.example)
  expect(renderDiagnostics(diagnostics)).toBe('')
  expect(plan?.sinks.map((sink) => sink.kind)).toEqual([word])
})

test.each([...sinks])('%s says of every setting and key what it is for', (word, kind) => {
  expect(kind.name).toBe(word)
  const { shape } = kind.config
  if (shape.kind !== 'struct') throw new Error('the config of a sink is a struct')
  const all = [...Object.values(shape.fields), ...Object.values(kind.settings), kind]
  expect(all.filter(({ summary }) => !/^[A-Z].*\.$/s.test(summary))).toEqual([])
})

test('the topology at the head of docs/sinks.md is sound', () => {
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(page) ?? []
  expect(renderDiagnostics(checked(text).diagnostics)).toBe('')
})
