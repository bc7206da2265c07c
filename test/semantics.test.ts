import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { operators } from '../operators/index.ts'
import { testExample } from './examples.ts'

const page = readFileSync(new URL('../docs/semantics.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

test('docs/semantics.md has worked examples', () => {
  expect(examples.length).toBeGreaterThan(10)
})

for (const example of examples) {
  const name = /^topology: (.*)$/m.exec(example)?.[1] ?? 'unnamed'
  testExample(`docs/semantics.md holds: ${name}`, example)
}

for (const { name, example } of operators.values()) {
  testExample(`the example of operator "${name}" holds`, example)
}
