import { expect, test } from 'vitest'
import { html, raw, scriptJson } from './html.ts'

const NASTY = `</script><img src=x onerror="alert('1')">&`

test('escapes what is put in, in text and in attributes', () => {
  expect(html`<td title="${NASTY}">${NASTY}</td>`.markup).toBe(
    `<td title="${escaped}">${escaped}</td>`,
  )
})
const escaped = '&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;'

test('puts markup in as it is, joins lists, and leaves out what is not there', () => {
  const items = ['a', '<'].map((each) => html`<b>${each}</b>`)
  expect(html`<i>${items}</i>${undefined}${false}${raw('<hr>')}${0}`.markup).toBe(
    '<i><b>a</b><b>&lt;</b></i><hr>0',
  )
})

test('shows control characters and half characters as unknown', () => {
  expect(html`${'a\u0000b\ud800'}`.markup).toBe('a\ufffdb\ufffd')
})

test('writes JSON that no text in it can end', () => {
  const { markup } = scriptJson({ symbol: `${NASTY}<!--<script>` })
  expect(markup).not.toContain('<')
  expect(JSON.parse(markup)).toEqual({ symbol: `${NASTY}<!--<script>` })
})
