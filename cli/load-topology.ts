// Reads and checks the topology that a command is given, and shows its diagnostics.
import { readFileSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type CheckedTopology, checkTopology } from '../topology/check-topology.ts'
import { decodeSource } from '../topology/decode-source.ts'
import type { Diagnostic } from '../topology/diagnostic.ts'
import type { Plan } from '../topology/plan.ts'
import { renderDiagnostics } from '../topology/render.ts'
import type { Files, Source } from '../topology/source.ts'
import { catalogue } from './catalogue.ts'
import type { Io } from './io.ts'

/** The user named a file that cannot be read. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem'
}

/** Far beyond what the language reads; a file beyond it is not even opened. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** What stands at a path; undefined for nothing; a code such as ELOOP where that cannot be told. */
export function lookAt(path: string): Stats | string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (typeof code === 'string') return code
    throw error
  }
}

/** Files beside the topology; what is not there is `undefined`, and the checks say so. */
export function filesBeside(path: string): Files {
  const folder = dirname(path)
  return {
    read: (relative) => {
      const file = join(folder, relative)
      const stat = lookAt(file)
      if (typeof stat !== 'object' || !stat.isFile() || stat.size > LARGEST_BYTES) return undefined
      return readFileSync(file, 'utf8')
    },
  }
}

/**
 * Reads a file of the language.
 * @throws FileProblem if there is none.
 */
export function readSource(path: string, diagnostics: Diagnostic[]): Source | undefined {
  let bytes: Uint8Array
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) throw new FileProblem(`${path} is a folder, not a file`)
    if (!stat.isFile()) throw new FileProblem(`${path} is no ordinary file`)
    if (stat.size > LARGEST_BYTES) throw new FileProblem(`${path} has ${stat.size} bytes`)
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof FileProblem) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new FileProblem(`there is no file ${path}`)
    if (code === 'EACCES') throw new FileProblem(`the file ${path} may not be read`)
    if (typeof code === 'string') throw new FileProblem(`${path} cannot be read: ${code}`)
    throw error
  }
  return decodeSource(bytes, path, (diagnostic) => void diagnostics.push(diagnostic))
}

export interface LoadOptions {
  readonly set?: Readonly<Record<string, string>>
}

/** Checks the file; everything that is wrong is in `diagnostics`. */
export function loadTopology(path: string, { set = {} }: LoadOptions = {}): CheckedTopology {
  const diagnostics: Diagnostic[] = []
  const source = readSource(path, diagnostics)
  if (source === undefined) return { diagnostics }
  return checkTopology(source, catalogue, { files: filesBeside(path), set })
}

/**
 * The plan, or undefined after its mistakes have been shown and the command has failed. Warnings
 * are shown too.
 */
export function planOrFail(path: string, io: Io, options: LoadOptions = {}): Plan | undefined {
  const { diagnostics, plan } = loadTopology(path, options)
  if (diagnostics.length > 0) {
    io.err(`${renderDiagnostics(diagnostics, { colour: io.isTerminal })}\n`)
  }
  if (plan === undefined) io.fail(1)
  return plan
}

/** Collects `--set name=value` into a record; for commander's option parser. */
export function collectPairs(
  pair: string,
  earlier: Readonly<Record<string, string>>,
): Record<string, string> {
  const at = pair.indexOf('=')
  if (at <= 0) throw new FileProblem(`"${pair}" is not of the form name=value`)
  return { ...earlier, [pair.slice(0, at)]: pair.slice(at + 1) }
}
