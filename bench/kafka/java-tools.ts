// The tools of bench/peers/kafka-streams: built once, each run as a process of its own, its figures
// read from its output, one JSON object a line.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { programOf } from '../../docker/native/program.ts'
import { until } from '../../docker/native/until.ts'
import { runToEnd, startChild, type Child } from './children.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const SOURCES = join(ROOT, 'bench', 'peers', 'kafka-streams')
/** Where its pom.xml builds to. */
const BUILT = join(ROOT, 'out', 'kafka-streams')
const CLASSES = `${join(BUILT, 'classes')}:${join(BUILT, 'lib', '*')}`

export type Tool = 'Loader' | 'Observer' | 'Latency' | 'Check' | 'Peer'
export type ToolArguments = Readonly<Record<string, string | number>>

/** What the tools are run with; the peer itself gets what a user would give it. */
const JAVA: Readonly<Record<Tool, readonly string[]>> = {
  Loader: ['-Xmx512m', '-XX:+UseSerialGC'],
  Check: ['-Xmx512m', '-XX:+UseSerialGC'],
  Latency: ['-Xmx512m', '-XX:+UseSerialGC'],
  Observer: ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  Peer: ['-Xmx1g'],
}

export async function buildPeers(): Promise<void> {
  if (existsSync(join(BUILT, 'classes')) && existsSync(join(BUILT, 'lib'))) return
  const maven = programOf({ command: 'mvn', debian: 'maven' })
  await runToEnd(maven, ['-q', '-B', 'package'], { cwd: SOURCES })
}

export function startTool(tool: Tool, given: ToolArguments): Child {
  const own = Object.entries(given).map(([name, value]) => `${name}=${value}`)
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
  return startChild(programOf({ command: 'java', debian: 'openjdk-17-jdk-headless' }), [
    ...JAVA[tool],
    ...['-cp', CLASSES, quiet, `bench.${tool}`],
    ...own,
  ])
}

/** Before the engine starts: it counts from what the group has committed then. */
export async function startObserver(given: ToolArguments): Promise<Child> {
  const observer = startTool('Observer', given)
  const isReady = () => observer.said().includes('ready')
  if (await until(isReady, { withinMs: 60_000 })) return observer
  await observer.stop()
  throw new Error(`the observer does not become ready: ${observer.said()}`)
}

/** The figures that the tool prints. */
export async function runTool(tool: Tool, given: ToolArguments): Promise<readonly unknown[]> {
  return figuresOf(await startTool(tool, given).ended())
}

export function figuresOf(text: string): readonly unknown[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as unknown)
}
