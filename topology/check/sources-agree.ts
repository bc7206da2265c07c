// A source's outputs, streams and topics belong together: each topic takes what is brought to it.
import { parseSchema } from '../../schemas/avro.ts'
import type { SourceDeclaration, Spelt } from '../declaration.ts'
import type { Finding } from '../diagnostic.ts'
import { fingerprint, withoutRemarks } from '../fingerprint.ts'
import { quoted } from '../printable.ts'
import type { Catalogue, SourceStream } from '../signature.ts'
import { didYouMean } from '../suggest.ts'
import type { TopicTypes } from '../topic-types.ts'
import { listed, rule } from './rule.ts'

type Say = (finding: Finding) => void

export const sourcesAgree = rule(
  'sources-agree',
  'Every stream of a source fills a topic that takes its records.',
  (say, source: SourceDeclaration, catalogue: Catalogue, topics: TopicTypes) => {
    const { connector, streams, to } = source
    const all = catalogue.connectors ?? new Map<string, never>()
    const own = connector ? [all.get(connector.value)] : [...all.values()]
    // A connector that does not exist is another rule's.
    const known = new Map(own.flatMap((signature) => [...(signature ?? [])]))
    if (known.size === 0) return
    for (const stream of streams ?? []) checkStream(say, stream, source, known)
    const byOutput = new Map([...known].map(([word, stream]) => [stream.output, { word, stream }]))
    for (const { output, topic } of to) {
      const found = byOutput.get(output.value)
      if (!found) {
        say({
          message: `source ${quoted(source.name.value)} has no output ${quoted(output.value)}`,
          span: output.span,
          ...didYouMean(output.value, byOutput.keys()),
          notes: [`outputs: ${listed(byOutput.keys())}`],
        })
        continue
      }
      const { word, stream } = found
      if (streams?.some(({ value }) => value === word) === false) {
        const message = `output ${quoted(output.value)} is of a stream that "streams" leaves out`
        say({ message, span: output.span, repair: `add ${word} to "streams"` })
      }
      checkTopic(say, topic, stream, catalogue, topics)
    }
  },
)

function checkStream(
  say: Say,
  { value, span }: Spelt<string>,
  { name, to }: SourceDeclaration,
  known: ReadonlyMap<string, SourceStream>,
): void {
  const stream = known.get(value)
  if (!stream) {
    say({
      message: `source ${quoted(name.value)} has no stream ${quoted(value)}`,
      span,
      ...didYouMean(value, known.keys()),
      notes: [`streams: ${listed(known.keys())}`],
    })
  } else if (!to.some(({ output }) => output.value === stream.output)) {
    say({
      message: `stream ${quoted(value)} fills no topic`,
      span,
      repair: `add "${stream.output}: TOPIC" to "to", or leave it out`,
    })
  }
}

function checkTopic(
  say: Say,
  topic: Spelt<string>,
  { schema }: SourceStream,
  { schemas }: Catalogue,
  { byName }: TopicTypes,
): void {
  const type = byName.get(topic.value)
  const source = schemas.get(schema)
  // A topic without a type has been reported.
  if (!type || !source) return
  const brought = parseSchema(source).record
  if (fingerprint(withoutRemarks(brought)) === fingerprint(withoutRemarks(type.record))) return
  const declared = type.declaration.schema
  const isOwn = declared.value === schema
  say({
    message: isOwn
      ? `topic ${quoted(topic.value)} is of another ${schema} than the one that is brought to it`
      : `topic ${quoted(topic.value)} is of ${declared.value}, and ${schema} is brought to it`,
    span: topic.span,
    repair: isOwn ? `take the built-in ${schema}` : `give it "schema: ${schema}"`,
    cause: { span: declared.span, label: 'its schema' },
  })
}
