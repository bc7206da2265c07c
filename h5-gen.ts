import { writeFileSync, readFileSync } from 'node:fs'
import { checkText, complete } from './topology/check/harness.ts'
import { renderDiagnostics } from './topology/render.ts'
const cases = (await import('/tmp/h5/cases.mjs')).default as Record<string, [string, string, object?][]>
const only = process.argv.slice(2)
for (const [rule, list] of Object.entries(cases)) {
  if (only.length && !only.includes(rule)) continue
  let out = `import { test } from 'vitest'\nimport { expectChecked } from './harness.ts'\n`
  for (const [title, yaml, options] of list) {
    const text = yaml.replace(/^\n/, '').trimEnd() + '\n'
    const rendered = renderDiagnostics(checkText(complete(text), options as never).diagnostics.filter((d) => (options as { unused?: boolean } | undefined)?.unused || d.code !== "streams-used"), { summary: false })
    const esc = (t: string) => t.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')
    const ind = (t: string) => t.split('\n').map((l) => (l === '' ? '' : '    ' + l)).join('\n')
    const opts = options ? `,\n    ${JSON.stringify(options)}` : ''
    out += `\ntest(${JSON.stringify(title)}, () => {\n  expectChecked(\n    \`\n${ind(esc(text.trimEnd()))}\n    \`,\n    ${rendered === '' ? "''" : `\`\n${ind(esc(rendered))}\n    \``}${opts},\n  )\n})\n`
    console.log(`### ${rule}: ${title}\n${rendered}\n`)
  }
  writeFileSync(`topology/check/${rule}.test.ts`, out)
}
