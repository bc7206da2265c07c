// Holds that every export is used by another file. A type that the declaration of a used export
// names is used with it: a contract's parts are exported together.
import ts from 'typescript'
import { importsByFile } from './imports.ts'
import type { Problem, RepositoryFile, Rule } from './rule.ts'
import { isCode, isConfig, lineOf, syntaxTree } from './syntax.ts'

export const deadExports: Rule = {
  name: 'dead-exports',
  reason: 'An export says that others depend on this; when none does, it freezes code for nobody.',
  find(files) {
    const used = namesUsed(files)
    return files
      .filter((file) => isCode(file.path) && !isConfig(file.path))
      .flatMap((file) => deadIn(file, used.get(file.path) ?? new Set()))
  },
}

/** The names that other files import, by the file that exports them. */
function namesUsed(files: readonly RepositoryFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>()
  for (const [path, imports] of importsByFile(files)) {
    for (const { target, names } of imports) {
      if (target === undefined || target === path) continue
      const known = used.get(target) ?? new Set()
      used.set(target, known)
      for (const name of names) known.add(name)
    }
  }
  return used
}

interface Export {
  readonly name: string
  readonly line: number
  readonly isType: boolean
  /** The names that its declaration mentions outside function bodies. */
  readonly mentions: ReadonlySet<string>
}

function deadIn(file: RepositoryFile, used: ReadonlySet<string>): readonly Problem[] {
  if (used.has('*')) return []
  const exports = exportsOf(file)
  const live = new Set(exports.filter(({ name }) => used.has(name)))
  for (const holder of live) {
    for (const each of exports) if (each.isType && holder.mentions.has(each.name)) live.add(each)
  }
  return exports
    .filter((each) => !live.has(each))
    .map(({ name, line }) => ({
      path: file.path,
      line,
      message: `no other file uses the export "${name}"`,
      repair: 'drop the word export, or delete it',
      about: name,
    }))
}

function exportsOf(file: RepositoryFile): readonly Export[] {
  const tree = syntaxTree(file)
  return tree.statements.flatMap((statement): readonly Export[] => {
    const line = lineOf(tree, statement)
    const found = (name: string, isType: boolean): Export => {
      return { name, line, isType, mentions: mentionsOf(statement) }
    }
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause
      return clause && ts.isNamedExports(clause)
        ? clause.elements.map((each) => found(each.name.text, statement.isTypeOnly))
        : []
    }
    if (ts.isExportAssignment(statement)) return [found('default', false)]
    if (!ts.canHaveModifiers(statement)) return []
    const words = (ts.getModifiers(statement) ?? []).map((modifier) => modifier.kind)
    if (!words.includes(ts.SyntaxKind.ExportKeyword)) return []
    if (words.includes(ts.SyntaxKind.DefaultKeyword)) return [found('default', false)]
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
    return declaredNames(statement).map((name) => found(name, isType))
  })
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map((declaration) => declaration.name)
    return names.filter(ts.isIdentifier).map((name) => name.text)
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  return named && statement.name ? [statement.name.text] : []
}

function mentionsOf(statement: ts.Statement): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return names
}
