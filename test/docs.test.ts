import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { generatedFiles } from '../cli/docs.ts'
import { diagnosticCodes } from './tidy/diagnostic-codes.ts'
import { readRepository } from './tidy/repository.ts'

const files = readRepository()
const pages = files.filter((file) => file.path.endsWith('.md'))
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? ''

/** The text under each heading of a page, fenced code not taken for headings. */
function sections(page: string): readonly { readonly heading: string; readonly text: string }[] {
  const plain = page.replace(/^```[^]*?^```/gm, (code) => code.replaceAll('\n#', '\n '))
  return plain
    .split(/^(?=#+ )/m)
    .filter((section) => section.startsWith('#'))
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n')
      return { heading, text: lines.join('\n').trim() }
    })
}

const codes = diagnosticCodes(files)
const errors = sections(textOf('docs/errors.md')).filter(({ heading }) => heading.startsWith('## '))

test('explains each diagnostic in docs/errors.md, once and in order, and nothing else', () => {
  expect(errors.map(({ heading }) => heading)).toEqual(codes.map((code) => `## ${code}`))
})

test('says for each diagnostic what it means and how to repair it', () => {
  const thin = errors.filter(({ text }) => !/^[A-Z][^]*\.\n\nRepair: [^]*\.$/.test(text))
  expect(thin.map(({ heading }) => heading)).toEqual([])
})

test.each(pages.map((page) => [page.path, page.text] as const))('has text in %s', (path, text) => {
  const below = sections(text)
  const empty = below.filter((section, index) => {
    const next = below[index + 1]?.heading ?? ''
    const opensDeeper = /^#+/
      .exec(next)?.[0]
      .startsWith(`${/^#+/.exec(section.heading)?.[0] ?? ''}#`)
    return section.text === '' && opensDeeper !== true
  })
  expect(empty.map(({ heading }) => `${path}: ${heading}`)).toEqual([])
})

test.each(pages.map((page) => [page.path, page.text] as const))(
  'links well in %s',
  (path, text) => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '')
    const local = links.filter((link) => !link.includes('://') && link !== 'NNNN-title.md')
    const targets = local.map((link) => posix.join(posix.dirname(path), link))
    expect(targets.filter((target) => !files.some((file) => file.path === target))).toEqual([])
  },
)

test('gives a reason for each dependency, with its version at run time', () => {
  const manifest = JSON.parse(textOf('package.json')) as Readonly<
    Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >
  const page = textOf('docs/decisions/0003-dependencies.md')
  const rows = Object.entries(manifest.dependencies).map(
    ([name, version]) => `\`${name}\` ${version}`,
  )
  const names = Object.keys(manifest.devDependencies).map((name) => `\`${name}\``)
  expect([...rows, ...names].filter((mention) => !page.includes(mention))).toEqual([])
})

test('numbers decisions without a gap and gives each a status', () => {
  const decisions = files.filter(({ path }) => /^docs\/decisions\/\d{4}-/.test(path))
  const numbers = decisions.map(({ path }) =>
    Number(path.slice('docs/decisions/'.length).slice(0, 4)),
  )
  expect(numbers).toEqual(decisions.map((_, index) => index + 1))
  const bare = decisions.filter(
    ({ text }) => !/^Status: (proposed|accepted|replaced by)/m.test(text),
  )
  expect(bare.map(({ path }) => path)).toEqual([])
})

test.each([...generatedFiles()])('finds %s as `npm run docs` writes it', (path, text) => {
  expect(textOf(path)).toBe(text)
})
