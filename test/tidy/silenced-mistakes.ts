// Holds that no mistake is put off or hushed: notes to do something later, empty catches, compiler
// and lint switched off.
import ts from 'typescript'
import type { Problem, RepositoryFile, Rule } from './rule.ts'
import { isCode, lineOf, walk, withoutStrings } from './syntax.ts'

const marks = [
  {
    pattern: /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/,
    repair: 'do it, or write down in docs/decisions/ why it is left',
    proseToo: true,
  },
  {
    pattern: /@ts-(?:ignore|nocheck)\b/,
    repair: 'mend the type, or use @ts-expect-error with a reason in a test',
    proseToo: false,
  },
  {
    pattern: /@ts-expect-error(?!\s+\S)/,
    repair: 'say behind it which error is expected and why',
    proseToo: false,
  },
  {
    pattern: /eslint-disable(?!.* -- \S)/,
    repair: 'say the reason on the same line behind " -- "',
    proseToo: false,
  },
]

export const silencedMistakes: Rule = {
  name: 'silenced-mistakes',
  reason: 'What is hushed today fails later, in the hands of somebody who cannot mend it.',
  find(files) {
    return files.flatMap((file) => {
      if (isCode(file.path)) return [...marksIn(file, withoutStrings(file)), ...emptyCatches(file)]
      return /\.(md|ya?ml|sh|avsc|sql)$/.test(file.path) ? marksIn(file, file.text) : []
    })
  },
}

function marksIn(file: RepositoryFile, text: string): readonly Problem[] {
  const prose = !isCode(file.path)
  return text.split('\n').flatMap((line, index) =>
    marks.flatMap(({ pattern, repair, proseToo }) => {
      const about = prose && !proseToo ? undefined : pattern.exec(line)?.[0]
      if (about === undefined) return []
      return [{ path: file.path, line: index + 1, message: `"${about}"`, repair, about }]
    }),
  )
}

function emptyCatches(file: RepositoryFile): readonly Problem[] {
  const problems: Problem[] = []
  walk(file, (node, tree) => {
    if (!swallows(node)) return
    problems.push({
      path: file.path,
      line: lineOf(tree, node),
      message: 'the catch is empty',
      repair: 'handle the error, give it a fate, or let it pass',
      about: 'catch',
    })
  })
  return problems
}

function swallows(node: ts.Node): boolean {
  if (ts.isCatchClause(node)) return node.block.statements.length === 0
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const handler = node.arguments[0]
  if (node.expression.name.text !== 'catch' || handler === undefined) return false
  if (!ts.isArrowFunction(handler)) return false
  return ts.isBlock(handler.body)
    ? handler.body.statements.length === 0
    : handler.body.getText() === 'undefined'
}
