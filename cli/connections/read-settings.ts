// What an environment says of a connection, read as the spec of its kind says. Every mistake is
// reported; no message holds a secret, or an address that may.
import { isAbsolute, join } from 'node:path'
import type { Setting, Settings } from '../../sinks/sink.ts'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import {
  checkKeys,
  durationOf,
  optional,
  type Owner,
  required,
  scalarOf,
} from '../../topology/reading.ts'
import { entryOf, type Node } from '../../topology/tree.ts'
import type { Connection } from '../environment.ts'
import { readSecret, type Variables } from '../log/secret.ts'

export interface SettingsReading {
  readonly variables: Variables
  readonly report: Report
}

type SettingValue = string | number | boolean | undefined

/** By name, as `SettingsOf` types them. Undefined where something is wrong and reported. */
export function readSettings(
  specs: Settings,
  { settings, owner, folder }: Connection,
  { variables, report }: SettingsReading,
): Readonly<Record<string, SettingValue>> | undefined {
  checkKeys(settings, owner, ['connector', ...Object.keys(specs)], report)
  const mistakes: string[] = []
  const values = Object.entries(specs).map(([word, spec]) => {
    const take = (node: Node, part: Owner): SettingValue =>
      readSetting(spec, node, part, { folder, variables, report })
    const isNeeded = spec.optional !== true && spec.default === undefined
    const example = { word, example: exampleOf(spec) }
    const value = isNeeded
      ? required(settings, owner, example, take, report)
      : optional(settings, owner, word, take)
    const isStated = entryOf(settings, word) !== undefined
    if (value === undefined && (isNeeded || isStated)) mistakes.push(word)
    return [word, value ?? spec.default] as const
  })
  return mistakes.length === 0 ? Object.fromEntries(values) : undefined
}

interface Reading extends SettingsReading {
  readonly folder: string
}

function readSetting(spec: Setting, node: Node, part: Owner, reading: Reading): SettingValue {
  const { folder, variables, report } = reading
  switch (spec.kind) {
    case 'text':
      return textOf(node, part, 'a text', report)
    case 'url':
      return readUrl(spec, node, part, report)
    case 'secret':
      return readSecret(node, part, variables, report)
    case 'number':
      return readPlain(node, part, 'number', report)
    case 'boolean':
      return readPlain(node, part, 'boolean', report)
    case 'duration':
      return durationOf(node, part, { zero: false }, report)?.value
    case 'path': {
      const path = textOf(node, part, 'a path', report)
      return path === undefined || isAbsolute(path) ? path : join(folder, path)
    }
  }
}

function textOf(node: Node, part: Owner, wanted: string, report: Report): string | undefined {
  const text = scalarOf(node, part, wanted, report)?.text
  if (text !== '') return text
  reporter(
    'shape',
    report,
  )({
    message: `${part.what} is empty`,
    span: node.span,
    repair: `write ${wanted}`,
  })
  return undefined
}

function readPlain(
  node: Node,
  part: Owner,
  kind: 'number' | 'boolean',
  report: Report,
): SettingValue {
  const [wanted, is] =
    kind === 'number' ? ['a number', 'no number'] : ['true or false', 'neither true nor false']
  const scalar = scalarOf(node, part, wanted, report)
  if (scalar === undefined) return undefined
  const { value, span } = scalar
  if (kind === 'boolean' && typeof value === 'boolean') return value
  if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
  reporter('shape', report)({ message: `${part.what} is ${is}`, span, repair: `write ${wanted}` })
  return undefined
}

/** Words of an address's query that say who logs in. */
const LOGIN = /user|passw|secret|token|key|credential/i

function readUrl(spec: Setting, node: Node, part: Owner, report: Report): string | undefined {
  const wanted = exampleOf(spec)
  const scalar = scalarOf(node, part, `an address, such as ${wanted}`, report)
  if (scalar === undefined) return undefined
  const refuse = reporter('shape', report)
  const { span, text } = scalar
  const url = URL.parse(text)
  const hasLogin =
    url !== null &&
    (url.username !== '' ||
      url.password !== '' ||
      [...url.searchParams.keys()].some((word) => LOGIN.test(word)))
  if (hasLogin) {
    const message = `${part.what} holds who logs in`
    const repair = 'take it out: user and secret are settings of their own'
    refuse({ message, span, repair })
    return undefined
  }
  const isKnown = spec.schemes?.some((scheme) => url?.protocol === `${scheme}:`) ?? true
  if (url !== null && url.hostname !== '' && isKnown) return text.replace(/\/+$/, '')
  refuse({ message: `${part.what} is no address of its kind`, span, repair: `write ${wanted}` })
  return undefined
}

/** For a repair: what stands behind the name of the setting. */
function exampleOf({ kind, schemes }: Setting): string {
  const examples: Readonly<Record<Setting['kind'], string>> = {
    text: 'NAME',
    url: `${schemes?.[0] ?? 'http'}://HOST:PORT`,
    secret: '{ secret: NAME }',
    number: 'NUMBER',
    duration: '10s',
    boolean: 'true',
    path: 'PATH',
  }
  return examples[kind]
}
