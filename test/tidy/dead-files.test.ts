import { expect, test } from 'vitest'
import { deadFiles } from './dead-files.ts'
import { findIn } from './sample.ts'

test('reaches files from the command line, the manifest, configurations, benches and tests', () => {
  const found = findIn(deadFiles, {
    'package.json': '{"bin": {"a": "./cli/bin.js"}, "scripts": {"b": "node docs/write.ts --all"}}',
    'cli/bin.js': "new URL('launch.ts', import.meta.url)",
    'cli/launch.ts': '',
    'cli/main.ts': "import '../runtime/a.ts'",
    'runtime/a.ts': "import type { B } from './b.ts'",
    'runtime/b.ts': "const worker = './c.ts'",
    'runtime/c.ts': '',
    'docs/write.ts': '',
    'vitest.config.ts': "reporters: ['./test/closing-line.ts']",
    'test/closing-line.ts': '',
    'bench/replay.ts': '',
    'cli/d.test.ts': "import './harness.ts'",
    'cli/harness.ts': '',
  })
  expect(found).toEqual([])
})

test('refuses a file that nothing imports, and one that only its own tests import', () => {
  const message = 'nothing that runs reaches the file'
  const found = findIn(deadFiles, {
    'cli/main.ts': "// import './a.ts'",
    'cli/a.ts': "import './b.ts'",
    'cli/b.ts': '',
    'cli/c.ts': '',
    'cli/c.test.ts': "import './c.ts'",
    'cli/c.property.test.ts': "import './c.ts'",
  })
  expect(found).toEqual([`cli/a.ts:1 ${message}`, `cli/b.ts:1 ${message}`, `cli/c.ts:1 ${message}`])
})
