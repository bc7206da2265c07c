// docs/schemas.md: the built-in data contracts, field by field, from their Avro schemas.
import { parseSchema } from '../schemas/avro.ts'
import { builtInSchemas } from '../schemas/built-in.ts'
import { describeType } from '../schemas/type.ts'

/** The page as Markdown. */
export function schemasPage(): string {
  const sections = [...builtInSchemas]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { path, text }]) => {
      const { record } = parseSchema({ path, text })
      const { doc } = JSON.parse(text) as { readonly doc: string }
      const rows = record.fields.map(
        (field) => `| \`${field.name}\` | ${describeType(field.type)} | ${field.doc ?? ''} |`,
      )
      return [
        `## ${name}`,
        doc,
        ['| field | type | is |', '| --- | --- | --- |', ...rows].join('\n'),
      ]
    })
  const head = [
    '# Built-in schemas',
    'Generated from `schemas/` by `npm run docs`. A topology names one as ' +
      '`schema: market/Trade`; a file `schemas/market/trade.avsc` beside the topology goes ' +
      'first. A type with `?` may be null.',
  ]
  return `${[...head, ...sections].join('\n\n')}\n`
}
