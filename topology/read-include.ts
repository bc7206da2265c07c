// `include:` reads other files of the topology's folder: topics, parameters, calendars, steps,
// whatever a topology has but its name. A file that is reached by two ways is read once. Code:
// `includes-found`.
import { reporter } from './diagnostic.ts'
import type { Finding, Report } from './diagnostic.ts'
import { checkFilePath, normalisePath, splitPath } from './file-path.ts'
import { quoted } from './printable.ts'
import { readTree } from './read-tree.ts'
import { itemOf, listOf, scalarOf } from './reading.ts'
import type { Files, Source, Span } from './source.ts'
import { entryOf, isEmpty } from './tree.ts'
import type { MapNode, Node, ScalarNode } from './tree.ts'

/** Files of one topology. */
const MOST_FILES = 100

export interface Includes {
  /** Reads what a file includes, and what that includes, each in the order it is written. */
  readonly follow: (root: MapNode, take: (tree: Node) => void) => void
  /** Whether a file could not be read, so that names in it are unknown. */
  readonly hasFailed: () => boolean
}

export function createIncludes(main: Source, files: Files, report: Report): Includes {
  const { folder, name } = splitPath(main.path)
  const seen = new Set([name])
  let failed = false
  const refuse = (finding: Finding, code = 'includes-found'): void => {
    failed = true
    reporter(code, report)(finding)
  }
  /** `chain`: the files that include each other down to this one. */
  const follow = (root: MapNode, take: (tree: Node) => void, chain: readonly string[]): void => {
    for (const scalar of pathsOf(root, report) ?? [undefined]) {
      if (!scalar) {
        failed = true
        continue
      }
      const { text: path, span } = scalar
      const file = normalisePath(path)
      const problem = problemOf(path, file, chain)
      if (problem) refuse({ ...problem, span })
      else if (!seen.has(file)) {
        seen.add(file)
        if (seen.size > MOST_FILES) {
          const message = `the topology includes more than ${MOST_FILES} files`
          refuse({ message, span, repair: 'join some of them' }, 'size-bounded')
          return
        }
        open(file, span, take, chain)
      }
    }
  }
  const open = (
    file: string,
    span: Span,
    take: (tree: Node) => void,
    chain: readonly string[],
  ): void => {
    const text = files.read(file)
    const path = `${folder}${file}`
    if (text === undefined) {
      const message = `file ${quoted(file)} is not there`
      refuse({ message, span, repair: 'check the path', notes: [`it was looked for at ${path}`] })
      return
    }
    const tree = readTree({ path, text }, report)
    failed ||= tree === undefined
    if (!tree || isEmpty(tree)) return
    take(tree)
    if (tree.kind === 'map') follow(tree, take, [...chain, file])
    else failed = true
  }
  return {
    follow: (root, take) => follow(root, take, [name]),
    hasFailed: () => failed,
  }
}

function problemOf(
  path: string,
  file: string,
  chain: readonly string[],
): Omit<Finding, 'span'> | undefined {
  const problem = checkFilePath(path)
  if (problem !== undefined) {
    const repair = "write it from the topology's folder, with /"
    return { message: `path ${quoted(path)} ${problem}`, repair }
  }
  if (!chain.includes(file)) return undefined
  const circle = [...chain.slice(chain.indexOf(file)), file].join(' -> ')
  return { message: `${quoted(path)} includes itself`, repair: 'leave it out', notes: [circle] }
}

/** Undefined stands for what is no path, alone or in the list. */
function pathsOf(root: MapNode, report: Report): readonly (ScalarNode | undefined)[] | undefined {
  const entry = entryOf(root, 'include')
  if (!entry || isEmpty(entry.value)) return []
  const owner = { what: '"include"', span: entry.key.span }
  const list = listOf(entry.value, owner, 'a list of files', report)
  return list?.items.map((item) => scalarOf(item, itemOf(owner), 'the path of a file', report))
}
