// The workloads' topologies under names of their own, in a folder with the schemas they name.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SCHEMAS = join(import.meta.dirname, '..', '..', 'test', 'peers', 'schemas')

export interface Named {
  readonly workload: string
  /** Names the application, its group, and ends the names of its topics. */
  readonly name: string
  readonly input: string
  readonly partitions?: number
}

/** Writes the file of a workload; gives its path. */
export function writeTopology(folder: string, named: Named): string {
  const { workload, name, input, partitions = 4 } = named
  const template = new URL(`../kafka/topologies/${workload.toLowerCase()}.yaml`, import.meta.url)
  const text = readFileSync(template, 'utf8')
    .replaceAll('NAME', name)
    .replaceAll('INPUT', input)
    .replaceAll('partitions: 4', `partitions: ${partitions}`)
  mkdirSync(folder, { recursive: true })
  cpSync(SCHEMAS, join(folder, 'schemas'), { recursive: true })
  const file = join(folder, `${name}.yaml`)
  writeFileSync(file, text)
  return file
}

export function tickSchema(): unknown {
  return JSON.parse(readFileSync(join(SCHEMAS, 'bench', 'tick.avsc'), 'utf8'))
}
