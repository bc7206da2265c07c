import { expect, test } from 'vitest'
import { machinePaths } from './machine-paths.ts'
import { findIn } from './sample.ts'

// Put together here, so that the rule does not find them in this file.
const [work, home, host] = ['/wo' + 'rk', '/ho' + 'me', 'registry.' + 'npmjs.org']

test.each([
  ['docs/a.md', `see ${work}/main/docs`],
  ['cli/a.ts', `read('${work}')`],
  ['cli/a.ts', `const base = "${home}/jo/project"`],
  ['cli/a.ts', `// from ${'/tmp/' + 'brief'}/common.md`],
  ['.npmrc', `${'regis' + 'try'}=http://10.0.0.1:4873`],
  ['docs/a.md', `from https://${host}/rxjs`],
  ['package-lock.json', `      ${'"resol' + 'ved"'}: "x"`],
])('refuses in %s: %s', (path, line) => {
  expect(findIn(machinePaths, { [path]: `\n${line}` })).toHaveLength(1)
})

test.each([
  ['docs/a.md', 'start workers under framework/work or docs/work/plan'],
  ['cli/a.ts', 'const path = `${root}' + work + '/x`'],
  ['docs/a.md', '--registry http://localhost:8081'],
  ['package.json', '"resolved": "in another file"'],
])('lets be in %s: %s', (path, line) => {
  expect(findIn(machinePaths, { [path]: line })).toEqual([])
})
