// Sinks and the topics that they read: each config is read by its kind's spec and held against the
// topic's type. A sink with a mistake is reported and left out.
import { type SinkPlace, sinksAgree, sinksApart } from './check/sinks-agree.ts'
import type { ConfigContext } from './config-reading.ts'
import type { SinkDeclaration } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import type { ParameterValue } from './expression/expression.ts'
import { pureFunctions } from './expression/functions/index.ts'
import type { TypedGraph } from './infer-types.ts'
import { readConfig, spanOf } from './read-config.ts'
import type { Catalogue, SinkSignature } from './signature.ts'

export interface TypedSink {
  readonly declaration: SinkDeclaration
  readonly config: unknown
  readonly connection: string
}

interface Given {
  readonly parameters: ReadonlyMap<string, ParameterValue>
  readonly catalogue: Catalogue
  readonly report: Report
}

export function readSinks(typed: TypedGraph, given: Given): readonly TypedSink[] {
  const { catalogue, report } = given
  const places: SinkPlace[] = []
  const sinks = typed.graph.declaration.sinks.flatMap((declaration) => {
    const signature = catalogue.sinks?.get(declaration.kind.value)
    const sink = signature && readSink(declaration, signature, typed, given)
    if (!sink) return []
    const { connection, config } = sink
    const { name, from } = declaration
    const topic = topicOf(from.value, typed)
    const target = signature.target?.({ sink: name.value, config, topic })
    if (target !== undefined) places.push({ sink: name, connection, target })
    return [sink]
  })
  sinksApart.check(report, places)
  return sinks
}

function readSink(
  declaration: SinkDeclaration,
  signature: SinkSignature,
  typed: TypedGraph,
  given: Given,
): TypedSink | undefined {
  const { name, kind, from, config: node } = declaration
  const owner = { name: kind.value, span: kind.span }
  const reading = readConfig(signature.config, node, owner, contextOf(from.value, typed, given))
  const input = typed.flows.get(from.value)?.type
  if (!reading || !input) return undefined
  const config = reading.value as { readonly connection?: string }
  sinksAgree.check(given.report, signature, {
    sink: name.value,
    config,
    topic: topicOf(from.value, typed),
    input,
    time: typed.topics.byName.get(from.value)?.declaration.time?.value,
    span: kind.span,
    spanOf: (...path) => spanOf(node, owner, path),
  })
  return { declaration, config, connection: config.connection ?? name.value }
}

/** A config of a sink has no expressions and no streams; fields are those of its topic. */
function contextOf(from: string, typed: TypedGraph, given: Given): ConfigContext {
  const { parameters, catalogue, report } = given
  const type = typed.topics.byName.get(from)
  return {
    scope: type && {
      input: type.record,
      inputName: `topic "${from}"`,
      parameters,
      pure: pureFunctions,
      stateful: catalogue.functions,
    },
    parameters,
    streamOf: () => undefined,
    recordOf: () => undefined,
    report,
  }
}

function topicOf(name: string, { topics }: TypedGraph) {
  return { name, isTable: topics.byName.get(name)?.declaration.table !== undefined }
}
