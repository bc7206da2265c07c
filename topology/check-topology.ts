// The language in one call: a topology file becomes a plan, or diagnostics, all that can be found
// in one run. Pure: it reads nothing but what it is given, and what it throws is a fault of ours.
import { calendarsFound } from './check/calendars-found.ts'
import { connectorsKnown } from './check/connectors-known.ts'
import { feedbackLocal } from './check/cycles-local.ts'
import { fatesStated } from './check/fates-stated.ts'
import { graphRules } from './check/index.ts'
import { partitionsAgree } from './check/partitions-agree.ts'
import { sinksKnown } from './check/sinks-known.ts'
import { sourcesAgree } from './check/sources-agree.ts'
import { topicsKnown } from './check/streams-known.ts'
import { parametersUsed, streamsUsed } from './check/streams-used.ts'
import type { TopologyDeclaration } from './declaration.ts'
import type { Diagnostic, Report } from './diagnostic.ts'
import { pureFunctions } from './expression/functions/index.ts'
import { buildGraph } from './graph.ts'
import type { Graph, GraphStep } from './graph.ts'
import { inferTypes } from './infer-types.ts'
import type { TypedGraph } from './infer-types.ts'
import { makePlan } from './make-plan.ts'
import { checkRequirements, readParameterValues } from './parameter-values.ts'
import type { Settings } from './parameter-values.ts'
import type { Plan } from './plan.ts'
import { readDeclaration } from './read-declaration.ts'
import { readSinks } from './read-sinks.ts'
import { sortDiagnostics } from './render.ts'
import type { Catalogue } from './signature.ts'
import type { Files, Source } from './source.ts'
import { cutGraph } from './sub-topologies.ts'
import { readTopicTypes } from './topic-types.ts'

export interface CheckOptions {
  readonly files: Files
  /** Values of parameters in place of their defaults, as `--set` gives them. */
  readonly set?: Settings
}

export interface CheckedTopology {
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[]
  /** Only where there is no error. */
  readonly plan?: Plan
  /** As far as the file could be read. */
  readonly declaration?: TopologyDeclaration
  readonly graph?: TypedGraph
}

export function checkTopology(
  source: Source,
  catalogue: Catalogue,
  { files, set = {} }: CheckOptions,
): CheckedTopology {
  const found: Diagnostic[] = []
  const report: Report = (diagnostic) => found.push(diagnostic)
  const declaration = readDeclaration(source, files, report)
  if (!declaration) return { diagnostics: sortDiagnostics(found) }

  fatesStated.check(report, declaration)
  const parameters = readParameterValues(declaration, set, report)
  const calendars = readCalendars(declaration, files, report)
  checkRequirements(declaration, emptyScope(parameters, catalogue), report)
  const graph = buildGraph(declaration, catalogue, report)
  checkGraph(graph, catalogue, report)
  const topics = readTopicTypes(declaration, catalogue, files, report)
  for (const source of declaration.sources) {
    sourcesAgree.check(report, source, catalogue, topics)
  }
  const typed = inferTypes(graph, topics, { parameters, catalogue, report })
  const sinks = readSinks(typed, { parameters, catalogue, report })
  const isLocal = feedbackLocal.check(report, typed)
  const cut = isLocal && graph.cycles.length === 0 ? cutGraph(typed) : undefined
  if (cut) partitionsAgree.check(report, cut, graph.names.topics)

  const diagnostics = sortDiagnostics(found)
  const result = { diagnostics, declaration, graph: typed }
  const { fates } = declaration
  if (!cut || !fates || diagnostics.some(({ severity }) => severity === 'error')) return result
  return { ...result, plan: makePlan({ typed, cut, sinks, parameters, fates, calendars }) }
}

function readCalendars(
  { calendars }: TopologyDeclaration,
  files: Files,
  report: Report,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { name, file } of calendars) {
    const text = calendarsFound.check(report, file, files)
    if (text !== undefined) texts.set(name.value, text)
  }
  return texts
}

function emptyScope(
  parameters: ReturnType<typeof readParameterValues>,
  catalogue: Catalogue,
): Parameters<typeof checkRequirements>[1] {
  return {
    input: { kind: 'record', name: 'parameters', fields: [] },
    inputName: 'what is required',
    parameters,
    pure: pureFunctions,
    stateful: catalogue.functions,
  }
}

/** The rules that need no types. */
function checkGraph(graph: Graph, catalogue: Catalogue, report: Report): void {
  const { declaration, names, steps } = graph
  const { connectors = new Map(), sinks = new Map() } = catalogue
  for (const { connector, to } of declaration.sources) {
    if (connector) connectorsKnown.check(report, connector, connectors)
    for (const { topic } of to) topicsKnown.check(report, topic, names, 'writer')
  }
  for (const connection of declaration.sinks) {
    sinksKnown.check(report, connection, sinks)
    topicsKnown.check(report, connection.from, names, 'sink')
  }
  for (const rule of graphRules) rule.check(report, graph)
  parametersUsed.check(report, graph)
  const isAllKnown =
    [...steps.values()].every(isKnown) &&
    declaration.unread.streams.size === 0 &&
    declaration.sources.every(({ connector }) => !connector || connectors.has(connector.value)) &&
    declaration.sinks.every(({ kind }) => sinks.has(kind.value))
  if (isAllKnown) streamsUsed.check(report, graph)
}

/** Whether nothing that the step names is in doubt. */
function isKnown({ signature, edges, writes, declaration }: GraphStep): boolean {
  const isRead = edges.every(({ stream }) => stream !== undefined)
  return signature !== undefined && isRead && writes.length === declaration.to.length
}
