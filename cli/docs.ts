// The generated files: docs/operators.md, every operator and function from its own definition,
// docs/schemas.md, the built-in data contracts, what docs/sinks.md has from the specs of sinks, and
// topology.schema.json for editors. Written by this file, held equal by a test.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sinks } from '../sinks/index.ts'
import type { Catalogue } from '../topology/signature.ts'
import { catalogue } from './catalogue.ts'
import { code, table } from './markdown.ts'
import { schemaText } from './schema.ts'
import { schemasPage } from './schemas-page.ts'
import { sinksPage } from './sinks-page.ts'
import type { ConfigRow } from './operators/describe-config.ts'
import type { FunctionDescription } from './operators/describe-function.ts'
import type { OperatorDescription } from './operators/describe-operator.ts'
import { lookbackText } from './operators/text.ts'
import { vocabularyOf } from './operators/vocabulary.ts'

/** The page as Markdown. */
export function operatorsPage(from: Pick<Catalogue, 'operators' | 'functions'>): string {
  const { operators, functions } = vocabularyOf(from)
  const stateful = functions.filter((each) => each.isStateful)
  const pure = functions.filter((each) => !each.isStateful)
  const homes = operators.filter((each) => each.takesStateful).map(({ name }) => `\`${name}\``)
  return (
    [
      '# Operators and functions',
      'Generated from their definitions by `npm run docs`; `millrace operators` shows the same.',
      '## Operators',
      'A step is a named use of one operator. Each example is a topology, a line `---`, and its ' +
        'test, which `npm test` runs.',
      table(
        ['operator', 'does'],
        operators.map(({ name, summary }) => [`[${name}](#${name})`, summary]),
      ),
      ...operators.flatMap(operatorSection),
      '## Stateful functions',
      `Allowed in ${homes.join(' and ')}. They see every record of their key, whatever \`&&\`, ` +
        '`||` or `if` around them do.',
      ...stateful.flatMap(functionSection),
      '## Functions',
      'Allowed in every expression.',
      table(
        ['function', 'gives', 'example'],
        pure.map(({ signature, summary, example }) => [code(signature), summary, code(example)]),
      ),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

function operatorSection(operator: OperatorDescription): readonly string[] {
  const { name, summary, config, fates, takesStateful, example } = operator
  const lookback = takesStateful ? ' Its lookback is that of the stateful functions in it.' : ''
  return [
    `### ${name}`,
    summary,
    ...(config.length === 0
      ? []
      : [table(['key', 'takes', 'if left out', 'is'], config.map(configCells))]),
    `A record of it can be: ${fates.join(', ')}.${lookback}`,
    `\`\`\`yaml\n${example}\n\`\`\``,
  ]
}

function configCells(row: ConfigRow): readonly string[] {
  const { key, takes, isRequired, default: standard, summary } = row
  const leftOut = isRequired ? 'required' : standard === undefined ? '' : code(standard)
  return [key === '' ? '(the value)' : code(key), takes, leftOut, summary]
}

function functionSection(each: FunctionDescription): readonly string[] {
  const { name, signature, summary, parameters, lookback, results, source, example } = each
  const facts = [
    `Example: ${code(example)}`,
    ...(results === undefined ? [] : [`Gives: ${results.map(code).join(', ')}`]),
    ...(lookback === undefined ? [] : [`Lookback: ${lookbackText(lookback)}`]),
    ...(source === undefined ? [] : [`Formula: ${source}`]),
  ]
  return [
    `### ${name}`,
    `${code(signature)}. ${summary}`,
    ...(parameters.length === 0
      ? []
      : [
          table(
            ['parameter', 'takes', 'is'],
            parameters.map((row) => [
              code(row.name),
              row.isOptional ? `${row.takes}, optional` : row.takes,
              row.summary,
            ]),
          ),
        ]),
    facts.map((fact) => `- ${fact}`).join('\n'),
  ]
}

/** Texts of the generated files by path from the root of the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/operators.md', operatorsPage(catalogue)],
    ['docs/schemas.md', schemasPage()],
    ['docs/sinks.md', sinksPage(readFileSync(placeOf('docs/sinks.md'), 'utf8'), sinks)],
    ['topology.schema.json', schemaText(catalogue)],
  ])
}

function placeOf(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

if (import.meta.main) {
  for (const [path, text] of generatedFiles()) writeFileSync(placeOf(path), text)
}
