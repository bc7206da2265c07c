import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../cli/main.ts'
import { recordedIo } from '../../cli/recorded-io.ts'
import { writeDesk } from '../../cli/replay/report/desk.test-data.ts'
import { type Browser, chromiumPath, startChromium, type View } from './chromium.ts'

const WHY = 'there is no Chromium; on Debian: apt-get install --no-install-recommends chromium'
if (chromiumPath === undefined) process.stderr.write(`test/browser is skipped: ${WHY}\n`)

const NASTY = '</script><img src=x onerror="alert(1)">'
const PHONE: View = { width: 390, height: 844, scheme: 'light' }
const DESK: View = { width: 1440, height: 900, scheme: 'dark' }

/** For each canvas, how many of its points have a colour; axes and their texts are grey. */
const COLOURED = `[...document.querySelectorAll('canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let coloured = 0
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = data.slice(at, at + 3)
    if (Math.abs(red - green) + Math.abs(green - blue) > 60) coloured += 1
  }
  return coloured
})`

describe.skipIf(chromiumPath === undefined)(`a report in Chromium (skipped where ${WHY})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  const file = join(folder, 'o', 'report.html')
  let browser: Browser | undefined

  beforeAll(async () => {
    const symbols = ['BTCUSDT', NASTY]
    const args = writeDesk(folder, { bars: 600, symbols, accounts: ['alpha', 'beta'] })
    const io = recordedIo()
    await main([...args, '--out', join(folder, 'o'), '--engine', 'reference'], io)
    expect(io.exitCode()).toBe(0)
    browser = await startChromium(chromiumPath ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  async function open(view: View) {
    const page = await browser?.page()
    if (page === undefined) throw new Error('no browser')
    await page.open(file, view)
    return page
  }

  test.each([PHONE, DESK])(
    'opens from disk at $width px, and asks for nothing else',
    async (view) => {
      const page = await open(view)
      expect(page.errors).toEqual([])
      expect(page.requests).toEqual([`file://${file}`])
      expect(await page.evaluate('document.images.length')).toBe(0)
      const coloured = (await page.evaluate(COLOURED)) as readonly number[]
      expect(coloured).toHaveLength(6)
      for (const each of coloured) expect(each).toBeGreaterThan(100)
      const widths = 'const e = document.documentElement; [e.scrollWidth, e.clientWidth]'
      expect(await page.evaluate(widths)).toEqual([view.width, view.width])
    },
  )

  test('shows its panels, and symbols as they are spelt', async () => {
    const page = await open(DESK)
    const text = (query: string): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('${query}')].map((each) => each.innerText)`)
    expect(await text('h2')).toEqual([
      ...['Assumptions', 'Results', 'Buy and hold', 'Prices', 'Equity and drawdown', 'Orders'],
      ...['Fills and fees', 'Positions at the end', 'Steps', 'Records by topic'],
    ])
    const titles = (await text('figure h3')) as readonly string[]
    expect(titles.toSorted()).toEqual([NASTY, 'BTCUSDT', 'alpha', 'beta'])
  })

  test('is read by keyboard: arrows move from bar to bar, buttons come closer', async () => {
    const page = await open(PHONE)
    const readout = () => page.evaluate(`document.querySelector('#price-0 .readout').innerText`)
    expect(await readout()).toMatch(/^Bars of 1 second: /)
    await page.evaluate(`document.querySelector('#price-0 .plot').focus()`)
    await page.press('ArrowRight')
    expect(await readout()).toMatch(/^2024-08-08 23:54:00 UTC · open [\d,.]+ · high /)
    await page.press('ArrowRight')
    expect(await readout()).toMatch(/^2024-08-08 23:54:01 UTC · open /)
    await page.press('Escape')
    expect(await readout()).toMatch(/^Bars of 1 second: /)
    await page.evaluate(`document.querySelector('#price-0 [data-act=in]').click()`)
    await page.press('ArrowRight')
    expect(await readout()).toMatch(/^2024-08-08 23:56:\d\d UTC · open /)
    expect(page.errors).toEqual([])
  })
})
