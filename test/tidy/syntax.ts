// TypeScript's syntax trees of the repository's code, and the few questions that several rules ask
// of them.
import ts from 'typescript'
import type { RepositoryFile } from './rule.ts'

const trees = new WeakMap<RepositoryFile, ts.SourceFile>()

export function isCode(path: string): boolean {
  return /\.(ts|js|mjs)$/.test(path)
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

export function isConfig(path: string): boolean {
  return /^[^/]+\.config\.(ts|js|mjs)$/.test(path)
}

export function syntaxTree(file: RepositoryFile): ts.SourceFile {
  let tree = trees.get(file)
  if (tree === undefined) {
    tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
    trees.set(file, tree)
  }
  return tree
}

export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
}

/** Calls `see` for every node of the file, parents first. */
export function walk(
  file: RepositoryFile,
  see: (node: ts.Node, tree: ts.SourceFile) => void,
): void {
  const tree = syntaxTree(file)
  const visit = (node: ts.Node): void => {
    see(node, tree)
    ts.forEachChild(node, visit)
  }
  visit(tree)
}

/**
 * The file's text with the insides of strings and patterns blanked, so that a search sees code and
 * comments alone.
 */
export function withoutStrings(file: RepositoryFile): string {
  const characters = file.text.split('')
  walk(file, (node, tree) => {
    if (!ts.isLiteralExpression(node) && !ts.isTemplateMiddleOrTemplateTail(node)) {
      if (node.kind !== ts.SyntaxKind.TemplateHead) return
    }
    for (let at = node.getStart(tree) + 1; at < node.end - 1; at += 1) {
      if (characters[at] !== '\n') characters[at] = ' '
    }
  })
  return characters.join('')
}
