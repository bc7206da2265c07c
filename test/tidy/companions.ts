// Holds what must come with a file: an operator and a check rule have a test beside them, an
// operator and a stateful function a line in their folder's list, a check rule a heading in
// docs/errors.md.
import { posix } from 'node:path'
import { importsByFile } from './imports.ts'
import type { Problem, RepositoryFile, Rule } from './rule.ts'
import { isTest } from './syntax.ts'

interface Family {
  readonly folder: string
  readonly noun: string
  /** What a member's text contains; other files of the folder are what members share. */
  readonly mark: RegExp
  /** The members share tests over a table, so that none needs one of its own. */
  readonly testedTogether?: true
  /** What names every member. */
  readonly list?: string
  /** The page that has a heading for every member; its code is then the file's name. */
  readonly heading?: string
}

const families: readonly Family[] = [
  {
    folder: 'operators',
    noun: 'operator',
    mark: /^export const \w+ = operator\(/m,
    list: 'operators/index.ts',
  },
  {
    folder: 'operators/functions',
    noun: 'stateful function',
    mark: /\bStatefulFunction\b/,
    testedTogether: true,
    list: 'operators/functions/index.ts',
  },
  {
    folder: 'topology/check',
    noun: 'check rule',
    mark: /^export (const|function) \w+/m,
    heading: 'docs/errors.md',
  },
]

/** The contract, the list, and what the tests share are no members. */
const others = new Set(['index.ts', 'operator.ts', 'rule.ts', 'harness.ts'])

export const companions: Rule = {
  name: 'companions',
  reason: 'A part without a test is a promise, and one that no list names does not run.',
  find(files) {
    return families.flatMap((family) => {
      const members = files.filter((file) => isMember(family, file))
      return members.flatMap((member) => missing(family, member.path, files))
    })
  },
}

function isMember({ folder, mark }: Family, { path, text }: RepositoryFile): boolean {
  if (posix.dirname(path) !== folder || isTest(path) || !path.endsWith('.ts')) return false
  return !others.has(posix.basename(path)) && mark.test(text)
}

function isListed(list: string, path: string, files: readonly RepositoryFile[]): boolean {
  const imports = importsByFile(files.filter((file) => file.path === list || file.path === path))
  return imports.get(list)?.some((each) => each.target === path) ?? false
}

function missing(family: Family, path: string, files: readonly RepositoryFile[]): Problem[] {
  const name = posix.basename(path, '.ts')
  const problems: Problem[] = []
  const add = (what: string, repair: string): void => {
    problems.push({
      path,
      line: 1,
      message: `the ${family.noun} "${name}" has ${what}`,
      repair,
      about: what,
    })
  }
  const test = `${family.folder}/${name}.test.ts`
  const isTested = family.testedTogether ?? files.some((file) => file.path === test)
  if (!isTested) add('no test', `write ${test}`)
  const { list, heading } = family
  if (list !== undefined && !isListed(list, path, files)) {
    add('no line in the list', `add it to ${list}`)
  }
  if (heading === undefined) return problems
  const textOf = (at: string): string => files.find((file) => file.path === at)?.text ?? ''
  if (!textOf(path).includes(`'${name}'`)) add('another code', 'report under the name of the file')
  if (!textOf(heading).split('\n').includes(`## ${name}`)) {
    add('no heading', `write "## ${name}" and its text in ${heading}`)
  }
  return problems
}
