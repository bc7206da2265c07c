import { expect, test } from 'vitest'
import { findIn } from './sample.ts'
import { silencedMistakes } from './silenced-mistakes.ts'

test.each([
  ['// TODO: later', 'TODO'],
  ['/* FIXME */', 'FIXME'],
  ['// an ugly HACK', 'HACK'],
  ['// @ts-ignore', '@ts-ignore'],
  ['// @ts-expect-error', '@ts-expect-error'],
  ['// eslint-disable-next-line eqeqeq', 'eslint-disable'],
  ['/* eslint-disable */', 'eslint-disable'],
  ['try { f() } catch {}', 'catch'],
  ['try { f() } catch (e) { /* nothing to do */ }', 'catch'],
  ['f().catch(() => {})', 'catch'],
  ['f().catch(() => undefined)', 'catch'],
])('refuses %s', (code, about) => {
  expect(findIn(silencedMistakes, { 'cli/a.ts': `\n${code}` })).toEqual([`cli/a.ts:2 ${about}`])
})

test.each([
  "const text = 'TODO'",
  'const pattern = /FIXME/',
  'const text = `// ${a} TODO ${b} TODO`',
  '// @ts-expect-error a string is not a number',
  '// eslint-disable-next-line eqeqeq -- null and undefined are meant alike',
  'try { f() } catch (error) { report(error) }',
  'f().catch(report)',
])('lets be %s', (code) => {
  expect(findIn(silencedMistakes, { 'cli/a.ts': code })).toEqual([])
})

test('reads notes in prose and YAML, where compiler directives mean nothing', () => {
  const found = findIn(silencedMistakes, {
    'docs/a.md': 'Never write @ts-ignore.\nTODO: more',
    'apps/a/topology.yaml': '# FIXME',
    'data/a.csv': 'TODO',
  })
  expect(found).toEqual(['docs/a.md:2 TODO', 'apps/a/topology.yaml:1 FIXME'])
})
