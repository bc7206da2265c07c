// The codes of all diagnostics that the code can report: the rules of topology/check/ by their file
// names, and those that other files spell. docs/errors.md is compared with them.
import { posix } from 'node:path'
import ts from 'typescript'
import type { RepositoryFile } from './rule.ts'
import { isCode, isTest, walk } from './syntax.ts'

const reporting = /(report|reporter|refuse|mistake|fault|problem|found)$/i
const listsRules = /rules$/i
const notRules = new Set(['index.ts', 'rule.ts', 'harness.ts'])

/** Sorted, each once. */
export function diagnosticCodes(files: readonly RepositoryFile[]): readonly string[] {
  const found = new Set<string>()
  for (const file of files) {
    if (!isCode(file.path) || isTest(file.path) || file.path.startsWith('test/')) continue
    if (isCheckRule(file.path)) found.add(posix.basename(file.path, '.ts'))
    const isLanguage = /^(topology|operators)\//.test(file.path)
    walk(file, (node) => {
      for (const code of isLanguage ? codesAt(node) : reporterCode(node)) found.add(code)
    })
  }
  return [...found].sort()
}

function isCheckRule(path: string): boolean {
  return posix.dirname(path) === 'topology/check' && !notRules.has(posix.basename(path))
}

/**
 * The code in `reporter('a-b', ...)`, whatever an argument of a call that reports, in `code: 'a-b'`
 * and `code = 'a-b'`, and the keys of a table whose name ends in `Rules`. Outside the language's
 * folders a code may belong to an error of the engine, so there `reporter` alone counts.
 */
function codesAt(node: ts.Node): readonly string[] {
  if (ts.isCallExpression(node)) {
    const given = reporting.test(nameCalled(node)) ? node.arguments : []
    return [...reporterCode(node), ...given.flatMap((argument) => wordsIn(argument))]
  }
  if (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node) || ts.isParameter(node)) {
    const name = node.name.getText()
    if (name === 'code') return wordsIn(node.initializer)
    return ts.isVariableDeclaration(node) && listsRules.test(name) ? keysOf(node.initializer) : []
  }
  return []
}

function reporterCode(node: ts.Node): readonly string[] {
  if (!ts.isCallExpression(node) || nameCalled(node) !== 'reporter') return []
  return wordsIn(node.arguments[0], /^[a-z]+(-[a-z]+)*$/)
}

function nameCalled(node: ts.CallExpression): string {
  return node.expression.getText().split('.').at(-1) ?? ''
}

const dashed = /^[a-z]+(-[a-z]+)+$/

function wordsIn(node: ts.Expression | undefined, pattern = dashed): readonly string[] {
  if (node === undefined) return []
  if (ts.isConditionalExpression(node)) {
    return [...wordsIn(node.whenTrue, pattern), ...wordsIn(node.whenFalse, pattern)]
  }
  return ts.isStringLiteral(node) && pattern.test(node.text) ? [node.text] : []
}

function keysOf(node: ts.Expression | undefined): readonly string[] {
  const object = node !== undefined && ts.isAsExpression(node) ? node.expression : node
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return []
  const names = object.properties.map((property) => property.name)
  return names.filter((name) => name !== undefined && ts.isStringLiteral(name)).map((n) => n.text)
}
