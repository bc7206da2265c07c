// The whole of a topology file as JSON Schema: sections, topics, steps, and every operator and kind
// of sink that the catalogue has.
import type { FateKind } from '../../topology/declaration.ts'
import type { Catalogue, Signature, SinkSignature } from '../../topology/signature.ts'
import { exampleSection } from './example-section.ts'
import { configSchema, FIELD, type JsonSchema, STREAM } from './config-schema.ts'

/** The draft that yaml-language-server, and with it most editors, knows in full. */
const DRAFT = 'http://json-schema.org/draft-07/schema#'

const NAME = '^[A-Za-z_][A-Za-z0-9_-]*$'
const IDENTIFIER = '^[A-Za-z_][A-Za-z0-9_]*$'
const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'] }

const FATE_KINDS: Readonly<Record<FateKind, string>> = {
  bad: 'A record that cannot be read, or that an expression or look-up has no value for.',
  late: 'A record whose window has closed.',
  duplicate: 'A record that was seen before.',
}

export function topologySchema({
  operators,
  schemas,
  sinks = new Map(),
}: Omit<Catalogue, 'functions'>): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'Millrace topology',
    type: 'object',
    properties: {
      topology: {
        ...name(NAME),
        description: 'Name of the topology: identity of its state. Renaming it starts afresh.',
      },
      include: {
        description: 'Other files of the same folder whose sections belong to this topology.',
        type: ['array', 'null'],
        items: { type: 'string' },
      },
      parameters: section(
        parameterSchema(),
        IDENTIFIER,
        'Named values that expressions use as `param.name` and that `--set` changes.',
      ),
      require: {
        description: 'Expressions that must hold between parameters.',
        type: ['array', 'string', 'null'],
        items: { type: 'string' },
        examples: [['param.fast < param.slow']],
      },
      calendars: section({ type: 'string' }, IDENTIFIER, 'Data files by name.'),
      sources: section(sourceSchema(), NAME, 'What brings data in; only `run` opens it.'),
      topics: section(
        topicSchema([...schemas.keys()]),
        NAME,
        'What is on the log, by local name: inputs, and what steps write.',
      ),
      fate: { ...fateSchema(FATE_KINDS), required: Object.keys(FATE_KINDS) },
      steps: section(stepSchema(operators), NAME, 'The dataflow: named uses of operators.'),
      sinks: section(sinkSchema(sinks), NAME, 'Where topics go; only `run` opens it.'),
    },
    required: ['topology'],
    anyOf: [{ required: ['fate'] }, { required: ['include'] }],
    additionalProperties: false,
  }
}

function name(pattern: string): JsonSchema {
  return { type: 'string', pattern, patternErrorMessage: 'Write letters, digits, "_" and "-".' }
}

function section(of: JsonSchema, names: string, description: string): JsonSchema {
  return {
    description,
    type: ['object', 'null'],
    propertyNames: { pattern: names },
    additionalProperties: of,
  }
}

function parameterSchema(): JsonSchema {
  const list = { type: 'array', items: SCALAR, minItems: 1 }
  return {
    anyOf: [
      SCALAR,
      list,
      {
        type: 'object',
        properties: {
          default: {
            anyOf: [SCALAR, list],
            description: 'Its value unless `--set` gives another.',
          },
          min: { ...SCALAR, description: 'Least value that may be set.' },
          max: { ...SCALAR, description: 'Greatest value that may be set.' },
          per: {
            ...FIELD,
            description: 'A field: every further key is the value for one content of it.',
          },
        },
        required: ['default'],
        if: { required: ['per'] },
        else: { propertyNames: { enum: ['default', 'min', 'max', 'per'] } },
      },
    ],
  }
}

function topicSchema(known: readonly string[]): JsonSchema {
  const field = (description: string): JsonSchema => ({ ...FIELD, description })
  const word = (words: readonly string[], description: string): JsonSchema => ({
    enum: words,
    description,
  })
  return {
    type: 'object',
    properties: {
      topic: {
        type: 'string',
        pattern: '^[A-Za-z0-9._-]+$',
        description: 'The physical topic, as the log knows it.',
        examples: ['market.trades'],
      },
      schema: {
        anyOf: [
          { enum: known },
          { type: 'string', pattern: '^[a-z][a-z0-9-]*/[A-Z][A-Za-z0-9]*$' },
        ],
        description:
          '`market/Trade` is schemas/market/trade.avsc beside the topology, else the built-in one.',
      },
      key: keySchema('A field, a list of fields, or `all`. Records of one key are in order.'),
      time: field('The field that holds the event time; without it, the time beside the value.'),
      unit: word(['s', 'ms', 'us', 'ns'], 'Unit of a time field that is a plain long.'),
      available: field('The field that says when a record could be known; else time plus `delay`.'),
      delay: duration('How long after its event time a record could be known.'),
      lateness: duration("How far behind its key's stream time a record may come and still count."),
      rank: {
        type: 'integer',
        minimum: 0,
        description: 'Place among records that became available at the same instant, least first.',
      },
      partitions: { type: 'integer', minimum: 1, default: 1, description: 'Part of its identity.' },
      table: word(
        ['latest', 'history'],
        'It is a table: the last value per key, or versions by event time.',
      ),
      copies: word(['all'], 'Every task holds the whole table.'),
      retention: duration('How long the log keeps it.'),
      idle: duration('How long a live run waits for it when it is silent.'),
    },
    required: ['topic', 'schema', 'key'],
    additionalProperties: false,
  }
}

function duration(description: string): JsonSchema {
  return {
    type: 'string',
    pattern: '^\\+?(\\d+(\\.\\d+)?(us|ms|s|m|h|d))+$',
    patternErrorMessage: 'Write a number and ms, s, m, h or d, such as 500ms.',
    description,
    examples: ['1s'],
  }
}

function keySchema(description: string): JsonSchema {
  return {
    anyOf: [FIELD, { type: 'array', items: FIELD, minItems: 1, uniqueItems: true }],
    description,
  }
}

function fateSchema(kinds: Readonly<Record<string, string>>): JsonSchema {
  const fates = Object.entries(kinds).map(([kind, description]) => [
    kind,
    { enum: ['fail', 'skip', 'dead-letter'], description },
  ])
  return {
    type: 'object',
    description: 'What becomes of records that do not pass: `fail`, `skip` or `dead-letter`.',
    properties: Object.fromEntries(fates),
    additionalProperties: false,
  }
}

function toSchema(description: string): JsonSchema {
  const topic = name(NAME)
  return {
    description,
    anyOf: [topic, { type: 'object', additionalProperties: topic, minProperties: 1 }],
  }
}

/** Exactly one operator beside the keys that every step may have. */
function stepSchema(operators: ReadonlyMap<string, Signature>): JsonSchema {
  const all = [...operators.values()]
  return {
    type: 'object',
    properties: {
      from: {
        description: 'The streams that drive it: one, a list of one type, or alias by alias.',
        anyOf: [
          STREAM,
          { type: 'array', items: STREAM, minItems: 1 },
          { type: 'object', additionalProperties: STREAM, minProperties: 1 },
        ],
      },
      ...kindSchemas(operators, 'steps'),
      key: keySchema(
        'Key of its output: a field, a list, `all`, or `broadcast`. A change moves the records.',
      ),
      to: toSchema('The topic that its output is written to, or topics by output.'),
      fate: fateSchema(FATE_KINDS),
    },
    required: ['from'],
    oneOf: all.map((each) => ({ required: [each.name] })),
    additionalProperties: false,
  }
}

/** Operators, or kinds of sinks: each by its word, with the section of its example on hover. */
function kindSchemas(
  kinds: ReadonlyMap<string, Signature | SinkSignature>,
  section: 'steps' | 'sinks',
): Readonly<Record<string, JsonSchema>> {
  const schemas = [...kinds.values()].map(({ name: word, summary, config, example }) => {
    const shown = `\`\`\`yaml\n${exampleSection(example, section)}\n\`\`\``
    const markdownDescription = `**${word}**: ${summary}\n\n${shown}`
    return [word, { ...configSchema(config), description: summary, markdownDescription }] as const
  })
  return Object.fromEntries(schemas)
}

function sourceSchema(): JsonSchema {
  return {
    type: 'object',
    properties: {
      connection: { type: 'string', description: 'A connection that the environment names.' },
      streams: {
        type: 'array',
        items: { type: 'string' },
        description: 'Streams of the connector; those that `to` needs if not stated.',
      },
      to: toSchema('Topics that are filled, by output.'),
    },
    required: ['to'],
  }
}

/** Exactly one kind beside the keys that every sink may have. */
function sinkSchema(sinks: ReadonlyMap<string, SinkSignature>): JsonSchema {
  const words = [...sinks.keys()]
  const refused = { bad: 'A record that the outside never takes.' }
  return {
    type: 'object',
    properties: {
      from: { ...name(NAME), description: 'The topic that it reads.' },
      ...kindSchemas(sinks, 'sinks'),
      fate: fateSchema(refused),
      away: {
        type: 'object',
        description: 'How long the outside may be away; if not stated, it is tried for ever.',
        properties: {
          after: duration('How long it is tried without success, such as 10m.'),
          ends: {
            enum: ['run', 'sink'],
            description: 'What ends then: the run, or the sink alone.',
          },
        },
        required: ['after', 'ends'],
        additionalProperties: false,
      },
    },
    required: ['from'],
    ...(words.length > 0 && { oneOf: words.map((word) => ({ required: [word] })) }),
    additionalProperties: false,
  }
}
