import { writeFileSync, readFileSync } from 'node:fs'
import { checkText, complete } from './topology/check/harness.ts'
import { renderDiagnostics } from './topology/render.ts'
const { avsc } = await import('./topology/check/harness.ts'); (globalThis as any).avsc = avsc
const cases = (await import('/tmp/h5/cases.mjs')).default as Record<string, [string, string, object?][]>
const only = process.argv.slice(2)
for (const [rule, list] of Object.entries(cases)) {
  if (only.length && !only.includes(rule)) continue
  let out = `import { test } from 'vitest'\nimport { expectChecked } from './harness.ts'\n`
  let usesAvsc = false
  for (const [title, yaml, options] of list) {
    const text = yaml.replace(/^\n/, '').trimEnd() + '\n'
    const rendered = renderDiagnostics(checkText(complete(text), options as never).diagnostics.filter((d) => (options as { unused?: boolean } | undefined)?.unused || d.code !== "streams-used"), { summary: false })
    const esc = (t: string) => t.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')
    const ind = (t: string) => t.split('\n').map((l) => (l === '' ? '' : l)).join('\n')
    const code = (options as {code?: string} | undefined)?.code
    const opts = options ? `,\n    ${code ?? JSON.stringify(options)}` : ''
    if (code) usesAvsc = usesAvsc || code.includes('avsc(')
    out += `\ntest(${JSON.stringify(title)}, () => {\n  expectChecked(\n    \`\n${ind(esc(text.trimEnd()))}\n\`,\n    ${rendered === '' ? "''" : `\`\n${ind(esc(rendered))}\n\``}${opts},\n  )\n})\n`
    console.log(`### ${rule}: ${title}\n${rendered}\n`)
  }
  if (usesAvsc) out = out.replace('import { expectChecked }', 'import { avsc, expectChecked }')
  writeFileSync(`topology/check/${rule}.test.ts`, out)
}
