// Which topics a Binance capture fills: those whose records are market/Trade, market/Depth and
// market/Quote. `binance:PATH` is how a user names one.
import type { BinanceStream } from '../connectors/binance/market-message.ts'
import { STREAM_SCHEMAS } from '../connectors/binance/market-streams.ts'
import type { LeftOut } from '../connectors/binance/merge-captures.ts'
import { parseSchema } from '../schemas/avro.ts'
import { builtInSchemas } from '../schemas/built-in.ts'
import { count } from './counts-text.ts'
import { FileProblem } from './load-topology.ts'
import { isSameSchema } from './topic-about.ts'

/** How an input begins that is a capture. */
export const CAPTURE = 'binance:'

const STREAMS = ['trades', 'depth', 'quotes'] as const

/** The path of `binance:PATH`; undefined for what names no capture. */
export function capturePath(text: string): string | undefined {
  if (!text.startsWith(CAPTURE)) return undefined
  const path = text.slice(CAPTURE.length)
  if (path !== '') return path
  throw new FileProblem(`"${text}" names no capture; write ${CAPTURE}PATH`)
}

/** The stream that a topic of this schema takes. */
function streamOf(schema: unknown): BinanceStream | undefined {
  return STREAMS.find((stream) => isSameSchema(builtIn(STREAM_SCHEMAS[stream]), schema))
}

/** @throws FileProblem if the topic takes no stream of a capture. */
export function requireStream(name: string, schema: unknown): BinanceStream {
  const stream = streamOf(schema)
  if (stream !== undefined) return stream
  throw new FileProblem(
    `topic "${name}" takes nothing of a Binance capture: its schema is none of ${schemaNames()}`,
  )
}

/**
 * The topic of each stream, of those that may take one. `skip` holds streams that have their topics
 * already; `repair` says how to name one where several could take a stream.
 * @throws FileProblem if two could.
 */
export function routesBySchema<T extends { readonly name: string; readonly schema: unknown }>(
  topics: Iterable<T>,
  skip: ReadonlySet<BinanceStream>,
  repair: (topic: string) => string,
): ReadonlyMap<BinanceStream, readonly T[]> {
  const routes = new Map<BinanceStream, readonly T[]>()
  for (const topic of topics) {
    const stream = streamOf(topic.schema)
    if (stream === undefined || skip.has(stream)) continue
    const [other] = routes.get(stream) ?? []
    if (other !== undefined) {
      throw new FileProblem(
        `topics "${other.name}" and "${topic.name}" could both take the ${stream} of a Binance ` +
          `capture, as both are ${STREAM_SCHEMAS[stream]}; name one: ${repair(other.name)}`,
      )
    }
    routes.set(stream, [topic])
  }
  return routes
}

/** `market/Trade, market/Depth, market/Quote` */
export function schemaNames(): string {
  return Object.values(STREAM_SCHEMAS).join(', ')
}

/** What people should hear of what went nowhere: a line a capture, for those where anything did. */
export function leftOutLines(captures: readonly LeftOut[]): readonly string[] {
  return captures.flatMap(({ name, streams, others }) => {
    const parts = [
      ...[...streams].map(
        ([stream, messages]) =>
          `${count(messages)} ${stream} (no topic of ${STREAM_SCHEMAS[stream]})`,
      ),
      ...[...others].map(([kind, messages]) => `${count(messages)} ${kind}`),
    ]
    return parts.length === 0 ? [] : [`${name}: not taken: ${parts.join(', ')}`]
  })
}

function builtIn(name: string): unknown {
  const source = builtInSchemas.get(name)
  if (source === undefined) throw new Error(`there is no built-in schema ${name}`)
  return parseSchema(source).schema
}
