import { expect, test } from 'vitest'
import { exceptions, withExceptions } from './tidy/exceptions.ts'
import { rules } from './tidy/index.ts'
import { readRepository } from './tidy/repository.ts'
import { render } from './tidy/rule.ts'

const files = readRepository()

test('reads the repository', () => {
  expect(files.map((file) => file.path)).toContain('test/tidy.test.ts')
})

test.each(rules.map((rule) => [rule.name, rule] as const))('holds %s', (_name, rule) => {
  const problems = withExceptions(rule, rule.find(files))
  expect(problems.map(render).join('\n'), rule.reason).toBe('')
})

test('excuses by rules that exist, with a reason each', () => {
  const names = rules.map((rule) => rule.name)
  expect(exceptions.filter(({ rule, reason }) => !names.includes(rule) || reason === '')).toEqual(
    [],
  )
})

test('explains every rule in STYLE.md', () => {
  const style = files.find((file) => file.path === 'STYLE.md')?.text ?? ''
  expect(rules.map((rule) => rule.name).filter((name) => !style.includes(`\`${name}\``))).toEqual(
    [],
  )
})
