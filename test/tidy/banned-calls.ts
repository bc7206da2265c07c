// Holds that what makes a replay differ from the live run, or hides from the command line, has one
// home each. The homes are the entries for this rule in exceptions.ts.
import ts from 'typescript'
import type { Problem, Rule } from './rule.ts'
import { isCode, lineOf, walk } from './syntax.ts'

const repairs: Readonly<Record<string, string>> = {
  'Date.now': 'take the time from the record, the turn or the clock that is passed in',
  'new Date()': 'take the time from the record, the turn or the clock that is passed in',
  'performance.now': 'only a bench measures time; elsewhere use the clock that is passed in',
  'process.hrtime': 'only a bench measures time; elsewhere use the clock that is passed in',
  'Math.random': 'take a seeded generator as an argument',
  randomUUID: 'derive the id from its content, so that a replay gives the same',
  setTimeout: 'wait on a condition, or use the clock that is passed in',
  setInterval: 'wait on a condition, or use the clock that is passed in',
  console: 'return the text; the command line prints it',
  'process.env': 'take the setting as an argument; the command line reads the environment',
  'process.exit': 'return or throw; the command line sets the exit code',
}
const members = new Set(Object.keys(repairs).filter((name) => name.includes('.')))
const globals = new Set(['randomUUID', 'setTimeout', 'setInterval', 'console'])

export const bannedCalls: Rule = {
  name: 'banned-calls',
  reason: 'Replay is live: the answer is a function of the input topics and of nothing else.',
  find(files) {
    const problems: Problem[] = []
    for (const file of files.filter(({ path }) => isCode(path))) {
      walk(file, (node, tree) => {
        const about = bannedAt(node)
        if (about === undefined) return
        problems.push({
          path: file.path,
          line: lineOf(tree, node),
          message: `"${about}" is used outside its home`,
          repair: repairs[about] ?? 'pass it in',
          about,
        })
      })
    }
    return problems
  },
}

function bannedAt(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '')
    return members.has(name) ? name : undefined
  }
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const isNow = node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0
    return isNow ? 'new Date()' : undefined
  }
  if (ts.isImportSpecifier(node)) {
    const name = `process.${(node.propertyName ?? node.name).text}`
    return node.parent.parent.parent.getText().includes('process') && members.has(name)
      ? name
      : undefined
  }
  return ts.isIdentifier(node) && globals.has(node.text) && !isOwnName(node) ? node.text : undefined
}

/**
 * Whether the identifier names a member of something else: `clock.setTimeout`, `{ console: true }`.
 */
function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return !/^(globalThis|crypto|timers)$/.test(parent.expression.getText())
  }
  const names = ts.isPropertyAssignment(parent) || ts.isTypeElement(parent)
  return (names || ts.isMethodDeclaration(parent)) && parent.name === node
}
