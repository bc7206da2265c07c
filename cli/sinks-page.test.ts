import { expect, test } from 'vitest'
import { keptSinks } from './kept-sink.test-data.ts'
import { sinksPage } from './sinks-page.ts'

const PART = `<!-- prettier-ignore-start -->

<!-- from the specs of sinks/kept/, by npm run docs -->

Rows of a table that is kept.

\`\`\`yaml
topology: kept-example
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
sinks:
  ledger:
    from: trades
    kept: { table: trades }
\`\`\`

What stands under \`kept\` in a topology:

| key | takes | if left out | is |
| --- | --- | --- | --- |
| \`connection\` | text |  | The connection. |
| \`table\` | text | required | The table. |
| \`key\` | field of the input |  | What tells \\| rows apart. |
| \`every\` | duration | \`1s\` | How often. |

What stands beside \`connector: kept\` in the environment:

| setting | takes | if left out | is |
| --- | --- | --- | --- |
| \`url\` | address | required | Where it is. |
| \`user\` | text |  | Who logs in. |
| \`password\` | \`{ secret: NAME }\` |  | Their password. |
| \`pool\` | number | \`4\` | How many connections. |
| \`timeout\` | duration | \`10s\` | How long an answer may take. |
| \`verify\` | true or false | \`true\` | Whether its certificate counts. |
| \`ca\` | path from the file |  | A certificate. |

<!-- prettier-ignore-end -->`

const HEAD = '# Sinks\n\nA sink writes.\n'

test.each([
  ['a page without its heading', HEAD, `${HEAD}\n## kept\n\n${PART}\n`],
  ['a bare heading', `${HEAD}\n## kept\n`, `${HEAD}\n## kept\n\n${PART}\n`],
  [
    'a section that is written by hand',
    `${HEAD}\n## kept\n\nBy hand.\n\n### More\n\nText.\n\n## other\n\nText.\n`,
    `${HEAD}\n## kept\n\n${PART}\n\nBy hand.\n\n### More\n\nText.\n\n## other\n\nText.\n`,
  ],
  [
    'a part that is out of date, between what is written by hand',
    `${HEAD}\n## kept\n\nAbove.\n\n${PART.replace('4', '5')}\n\nBelow.\n`,
    `${HEAD}\n## kept\n\nAbove.\n\n${PART}\n\nBelow.\n`,
  ],
])('puts what the specs say into %s, and changes nothing a second time', (_, page, expected) => {
  const written = sinksPage(page, keptSinks)
  expect(written).toBe(expected)
  expect(sinksPage(written, keptSinks)).toBe(written)
})
