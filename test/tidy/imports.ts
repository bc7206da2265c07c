// The imports and exports of each file, resolved to paths of the repository: what the rules about
// structure are made of.
import { posix } from 'node:path'
import ts from 'typescript'
import type { RepositoryFile } from './rule.ts'
import { isCode, lineOf, walk } from './syntax.ts'

export interface Import {
  /** As written. */
  readonly specifier: string
  /** The file of the repository that is meant; undefined for packages. */
  readonly target: string | undefined
  /** Names taken, as the exporting file calls them; `*` takes all. */
  readonly names: readonly string[]
  readonly line: number
  /** Whether the file is only named in a string (a worker, a reporter), rather than imported. */
  readonly byName: boolean
}

/** Several rules ask about the same repository. */
const found = new WeakMap<readonly RepositoryFile[], ReadonlyMap<string, readonly Import[]>>()

/** The imports of every file of code, by its path. */
export function importsByFile(
  files: readonly RepositoryFile[],
): ReadonlyMap<string, readonly Import[]> {
  const known = found.get(files)
  if (known !== undefined) return known
  const paths = new Set(files.map((file) => file.path))
  const code = files.filter((file) => isCode(file.path))
  const imports = new Map(code.map((file) => [file.path, importsOf(file, paths)]))
  found.set(files, imports)
  return imports
}

function importsOf(file: RepositoryFile, known: ReadonlySet<string>): readonly Import[] {
  const imports: Import[] = []
  walk(file, (node, tree) => {
    const taken = importAt(node) ?? namedInString(node)
    if (taken === undefined) return
    const path = posix.join(posix.dirname(file.path), taken.specifier)
    const relative = taken.specifier.startsWith('.') || taken.byName
    const target = relative && known.has(path) ? path : undefined
    if (taken.byName && (target === undefined || !isCode(target))) return
    imports.push({ ...taken, target, line: lineOf(tree, node) })
  })
  return imports
}

type Taken = Pick<Import, 'specifier' | 'names' | 'byName'>

function importAt(node: ts.Node): Taken | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return taken(node.moduleSpecifier, importedNames(node.importClause))
  }
  if (
    ts.isExportDeclaration(node) &&
    node.moduleSpecifier &&
    ts.isStringLiteral(node.moduleSpecifier)
  ) {
    const clause = node.exportClause
    const names = clause && ts.isNamedExports(clause) ? clause.elements.map(nameTaken) : ['*']
    return taken(node.moduleSpecifier, names)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const argument = node.arguments[0]
    return argument && ts.isStringLiteral(argument) ? taken(argument, ['*']) : undefined
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const argument = node.argument.literal
    return ts.isStringLiteral(argument) ? taken(argument, ['*']) : undefined
  }
  return undefined
}

function taken(specifier: ts.StringLiteral, names: readonly string[]): Taken {
  return { specifier: specifier.text, names, byName: false }
}

function importedNames(clause: ts.ImportClause | undefined): readonly string[] {
  if (clause === undefined) return []
  const bindings = clause.namedBindings
  const first = clause.name ? ['default'] : []
  if (bindings === undefined) return first
  return ts.isNamespaceImport(bindings) ? ['*'] : [...first, ...bindings.elements.map(nameTaken)]
}

function nameTaken(element: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (element.propertyName ?? element.name).text
}

/**
 * `new URL('worker.ts', import.meta.url)`, or a relative path to a file of code in any other
 * string.
 */
function namedInString(node: ts.Node): Taken | undefined {
  if (!ts.isStringLiteral(node)) return undefined
  const { parent } = node
  const inUrl =
    ts.isNewExpression(parent) &&
    parent.expression.getText() === 'URL' &&
    parent.arguments?.[0] === node
  if (!inUrl && !/^\.{1,2}\/.*\.(ts|js|mjs)$/.test(node.text)) return undefined
  const imports = ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)
  if (imports || importAt(parent) !== undefined || ts.isLiteralTypeNode(parent)) return undefined
  return { specifier: node.text, names: ['*'], byName: true }
}
