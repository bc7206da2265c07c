// Holds that a file of code opens with a comment of one to five lines that says what it is and what
// it promises.
import type { Problem, RepositoryFile, Rule } from './rule.ts'
import { isCode, isConfig, isTest } from './syntax.ts'

const most = 5

export const openingComment: Rule = {
  name: 'opening-comment',
  reason: 'Who opens a file learns in ten seconds whether it is the one they seek.',
  find(files) {
    const plain = files.filter(({ path }) => isCode(path) && !isTest(path) && !isConfig(path))
    return plain.flatMap(problemOf)
  },
}

function problemOf(file: RepositoryFile): readonly Problem[] {
  const lines = file.text.split('\n')
  const start = lines[0]?.startsWith('#!') === true ? 1 : 0
  let length = 0
  while (lines[start + length]?.startsWith('//') === true) length += 1
  if (length >= 1 && length <= most) return []
  return [
    {
      path: file.path,
      line: start + 1,
      message: `the file opens with ${length} lines of "//" comment`,
      repair: `say in one to ${most} what part of the flow it is and what it promises`,
    },
  ]
}
