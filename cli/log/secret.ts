// Secrets of an environment: named there, never written. A name is looked for among the variables
// of the process, then as NAME_FILE, the path of a file that holds it.
import { readFileSync } from 'node:fs'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import { quoted } from '../../topology/printable.ts'
import { mapOf, type Owner, required, scalarOf } from '../../topology/reading.ts'
import { checkKeys } from '../../topology/reading.ts'
import type { Node } from '../../topology/tree.ts'

export type Variables = Readonly<Record<string, string | undefined>>

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * What `{ secret: NAME }` stands for; undefined where it is missing, and reported. Its text is in
 * no message.
 */
export function readSecret(
  node: Node,
  owner: Owner,
  variables: Variables,
  report: Report,
): string | undefined {
  const refuse = reporter('shape', report)
  if (node.kind === 'scalar') {
    const message = `${owner.what} is written out, and an environment names secrets only`
    refuse({ message, span: owner.span, repair: 'write { secret: NAME }, and set NAME' })
    return undefined
  }
  const map = mapOf(node, owner, '{ secret: NAME }', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['secret'], report)
  return required(
    map,
    owner,
    { word: 'secret', example: 'KAFKA_PASSWORD' },
    (each, part) => {
      const scalar = scalarOf(each, part, 'the name of a variable', report)
      if (scalar === undefined) return undefined
      const name = scalar.text
      const found = NAME.test(name) ? findSecret(name, variables) : 'is no name of a variable'
      if (typeof found === 'object') return found.secret
      const message = `the secret ${quoted(name)} ${found}`
      refuse({ message, span: scalar.span, repair: `set ${name}, or ${name}_FILE to a file` })
      return undefined
    },
    report,
  )
}

/** The secret, or what is wrong in words. */
function findSecret(name: string, variables: Variables): { readonly secret: string } | string {
  const own = variables[name]
  if (own !== undefined && own !== '') return { secret: own }
  const path = variables[`${name}_FILE`]
  if (path === undefined || path === '') return 'is not set'
  try {
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return secret === '' ? 'is an empty file' : { secret }
  } catch {
    // Why is not said: a path may tell more than a log should hold.
    return 'cannot be read from its file'
  }
}
