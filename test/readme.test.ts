import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { explain } from '../cli/explain/explanation.ts'
import { explanationText } from '../cli/explain/explanation-text.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The first fenced block of a section. */
function blockOf(section: string): string {
  const [, text = ''] = readme.split(`## ${section}\n`)
  const [, block = ''] = /```\w*\n([\s\S]*?)```/.exec(text) ?? []
  return block
}

function check(path: string, text: string) {
  return checkTopology({ path, text }, catalogue, { files: { read: () => undefined } })
}

const topology = blockOf('A topology')

test('the topology of the README is sound', () => {
  expect(check('momentum.yaml', topology).diagnostics).toEqual([])
})

test('the README shows what explain prints', () => {
  const { plan } = check('momentum.yaml', topology)
  if (plan === undefined) throw new Error('no plan')
  const text = explanationText(explain(plan, catalogue), 100)
  expect(text).toContain(blockOf('What it means').trim())
})

test('the README shows what check prints', () => {
  const wrong = topology.replace('rsi < 70', 'rsy < 70').replace('trading/Signal', 'trading/Signla')
  expect(renderDiagnostics(check('momentum.yaml', wrong).diagnostics)).toBe(
    blockOf('A mistake').trim(),
  )
})
