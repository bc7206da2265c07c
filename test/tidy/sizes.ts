// Holds sizes: lines of a file, the spread of them over all files, columns of a line, lines of a
// function.
import ts from 'typescript'
import type { Problem, RepositoryFile, Rule } from './rule.ts'
import { isCode, isConfig, isTest, lineOf, walk } from './syntax.ts'

const limits = { file: 400, test: 500, median: 120, ninetieth: 250, columns: 100, function: 60 }

export const fileSizes: Rule = {
  name: 'file-sizes',
  reason: 'A file that fits in the head is read; a longer one is searched.',
  find(files) {
    const code = files.filter((file) => isCode(file.path))
    const plain = code.filter((file) => !isTest(file.path) && !isConfig(file.path))
    return [...code.flatMap(tooLong), ...tooLongTogether(plain)]
  },
}

export const lineWidths: Rule = {
  name: 'line-widths',
  reason:
    'Two files stand side by side on a screen at 100 columns. Prettier leaves comments alone.',
  find(files) {
    return files
      .filter((file) => isCode(file.path))
      .flatMap((file) =>
        file.text.split('\n').flatMap((line, index) =>
          line.length <= limits.columns || line.includes('https://')
            ? []
            : [
                {
                  path: file.path,
                  line: index + 1,
                  message: `the line has ${line.length} columns, ${limits.columns} are allowed`,
                  repair: 'break it',
                },
              ],
        ),
      )
  },
}

export const functionSizes: Rule = {
  name: 'function-sizes',
  reason: 'A function is seen whole, with the code that calls it.',
  find(files) {
    return files.filter((file) => isCode(file.path)).flatMap(longFunctions)
  },
}

function linesOf(file: RepositoryFile): number {
  return file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0)
}

function tooLong(file: RepositoryFile): readonly Problem[] {
  const [lines, most] = [linesOf(file), isTest(file.path) ? limits.test : limits.file]
  if (lines <= most) return []
  return [
    {
      path: file.path,
      line: most + 1,
      message: `the file has ${lines} lines, ${most} are allowed`,
      repair: 'split it by a word of docs/glossary.md',
    },
  ]
}

function tooLongTogether(files: readonly RepositoryFile[]): readonly Problem[] {
  const sorted = files.toSorted((a, b) => linesOf(a) - linesOf(b))
  const at = (share: number, most: number): readonly Problem[] => {
    const file = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
    if (file === undefined || linesOf(file) <= most) return []
    const above = sorted.filter((each) => linesOf(each) > most).length
    return [
      {
        path: file.path,
        line: 1,
        message:
          `${above} of ${sorted.length} files have more than ${most} lines, ` +
          `${Math.floor(sorted.length * (1 - share))} may`,
        repair: 'split the longest by words of docs/glossary.md',
        about: `${share * 100}th percentile`,
      },
    ]
  }
  return [...at(0.5, limits.median), ...at(0.9, limits.ninetieth)]
}

function longFunctions(file: RepositoryFile): readonly Problem[] {
  const problems: Problem[] = []
  walk(file, (node, tree) => {
    if (!ts.isFunctionLike(node) || isTestCallback(node)) return
    const first = lineOf(tree, node)
    const lines = tree.getLineAndCharacterOfPosition(node.end).line + 2 - first
    if (lines <= limits.function) return
    const name = node.name?.getText(tree) ?? nameOfHolder(node) ?? 'a function'
    problems.push({
      path: file.path,
      line: first,
      message: `"${name}" has ${lines} lines, ${limits.function} are allowed`,
      repair: 'give a part of it a name of its own',
      about: name,
    })
  })
  return problems
}

function nameOfHolder(node: ts.Node): string | undefined {
  const { parent } = node
  const named = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
  return named ? parent.name.getText() : undefined
}

function isTestCallback(node: ts.Node): boolean {
  const { parent } = node
  return (
    ts.isCallExpression(parent) && /^(test|describe(With)?)\b/.test(parent.expression.getText())
  )
}
