// The live page over a finished replay of apps/crypto, as `millrace serve` shows it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from './chromium.ts'
import { launch, type Look, type OpenedPage, openPage, overflow } from './live-page.ts'
import { type ServedReplay, serveReplay } from './served-replay.ts'

const WHY = 'there is no Chromium; on Debian: apt-get install --no-install-recommends chromium'
const DESK: Look = { width: 1440, height: 900, scheme: 'light' }
const PHONE: Look = { width: 360, height: 780, scheme: 'dark' }

/** Points of a canvas that are neither grey nor clear. */
const COLOURED = `[...document.querySelectorAll('canvas')].map((canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height)
  const read = copy.getContext('2d', { willReadFrequently: true })
  read.drawImage(canvas, 0, 0)
  const { data } = read.getImageData(0, 0, canvas.width, canvas.height)
  let coloured = 0
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = data.slice(at, at + 3)
    if (Math.abs(red - green) + Math.abs(green - blue) > 60) coloured += 1
  }
  return coloured
})`
const VIEWS = [
  ['', 'Overview'],
  ['topic/fills', 'output topic fills'],
  ['step/gated', 'risk-gate gated'],
  ['store/ladder.bids', 'window store ladder.bids'],
  ['sink/bars_quest', 'questdb sink bars_quest'],
  ['charts', 'Equity and drawdown'],
  ['letters', 'Dead letters'],
  ['desk', 'Desk'],
] as const
const PAPER = 'getComputedStyle(document.body).backgroundColor'

describe.skipIf(chromiumPath === undefined)(`the live page (skipped where ${WHY})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  let served: ServedReplay
  let browser: Browser
  let opened: OpenedPage

  beforeAll(async () => {
    ;[served, browser] = await Promise.all([serveReplay(join(folder, 'o')), launch()])
  }, 120_000)
  afterEach(async () => {
    expect(opened.errors).toEqual([])
    const { host } = new URL(served.address)
    for (const origin of opened.origins)
      expect([`http://${host}`, `ws://${host}`]).toContain(origin)
    await opened.page.close()
  })
  afterAll(async () => {
    await Promise.all([browser.close(), served.close()])
    rmSync(folder, { recursive: true })
  })

  async function open(hash: string, look: Look = DESK) {
    opened = await openPage(browser, `${served.address}/${hash}`, look)
    return opened.page
  }

  test('draws the topology, and says what it is of', async () => {
    const page = await open('#/')
    await page.getByRole('link', { name: 'candles, bars' }).waitFor()
    expect(await page.title()).toBe('crypto-desk · Millrace')
    expect(await page.locator('.badge').textContent()).toBe('finished replay')
    expect(await page.locator('.node.step').count()).toBe(15)
    expect(await page.locator('.node.input').count()).toBe(5)
    expect(await page.locator('.node.sink').count()).toBe(0)
    await page.getByRole('button', { name: 'Sinks 18' }).click()
    expect(await page.locator('.node.sink').count()).toBe(18)
    expect(await page.locator('.edge.feedback').count()).toBe(3)
  })

  test('tails a topic: the newest first, held still, by key, one whole', async () => {
    const page = await open('#/topic/bars')
    const rows = page.locator('.tail tbody tr')
    await page.getByText('The newest 100 of 200 records.').waitFor()
    expect(await rows.first().textContent()).toMatch(/^2024-08-08 23:59:58(ETH|BTC)USDT/)
    await page.getByLabel('Filter by key').fill('eth')
    await page.getByText('The newest 100 records.').waitFor()
    expect(await page.locator('.tail').textContent()).not.toContain('BTCUSDT')
    await page.getByRole('button', { name: 'Pause' }).click()
    expect(await page.getByRole('button', { name: 'Resume' }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    await rows.first().getByRole('button').click()
    expect(await page.locator('.whole').textContent()).toContain('"symbol": "ETHUSDT"')
  })

  test('tells a step’s config, state and fates, and asks its stores', async () => {
    const page = await open('#/step/gated')
    const details = page.getByRole('region', { name: 'risk-gate gated' })
    expect(await details.textContent()).toMatch(/max_position0\.2.*dead-letter.*desks/)
    await details.getByRole('link', { name: 'desks' }).click()
    await page.getByRole('cell', { name: 'core', exact: true }).waitFor()
    await page.getByLabel('Ask for').selectOption('point')
    await page.getByLabel('Key: account').fill('satellite')
    await page.getByRole('button', { name: 'Query' }).click()
    await page.getByRole('cell', { name: 'satellite' }).waitFor()
    expect(await page.getByRole('cell', { name: 'core', exact: true }).count()).toBe(0)
    await page.getByText(/^Task 1_\d: commit 1 of epoch 1, stream time 2024-08-08/).waitFor()
    await page.getByLabel('Key: account').fill('nobody')
    await page.getByRole('button', { name: 'Query' }).click()
    expect(await page.getByRole('alert').textContent()).toBe(
      'gated.desks has nothing under "nobody"',
    )
    // The console tells of the 404, which was meant.
    ;(opened.errors as string[]).length = 0
  })

  test('asks for the places of a map, from one on', async () => {
    const page = await open('#/store/holdings.held')
    await page.getByLabel('Ask for').selectOption('places')
    await page.getByLabel('Key: account').fill('core')
    await page.getByLabel('From').fill('C')
    await page.getByRole('button', { name: 'Query' }).click()
    await page.getByRole('cell', { name: 'BTCUSDT' }).waitFor({ state: 'detached' })
    expect(await page.getByRole('cell', { name: 'ETHUSDT' }).count()).toBe(1)
  })

  test('draws bars with signals and fills, equity and drawdown, read by keyboard', async () => {
    const page = await open('#/charts', { ...DESK, scheme: 'dark' })
    const drawn = async (): Promise<number> =>
      (await page.evaluate<number[]>(COLOURED)).filter((each) => each > 100).length
    await expect.poll(drawn, { timeout: 30_000 }).toBe(3)
    const plot = page.getByRole('img', { name: 'BTCUSDT' })
    await plot.press('ArrowRight')
    const readout = page.locator('.readout').first()
    expect(await readout.textContent()).toMatch(/^2024-08-08 23:5\d:\d\d · open 61,\d+/)
    await plot.press('Shift+ArrowRight')
    await page.getByRole('combobox', { name: 'Instrument' }).selectOption('ETHUSDT')
    await page.getByRole('img', { name: 'ETHUSDT' }).press('0')
    await page.getByRole('combobox', { name: 'Account' }).selectOption('satellite')
    await page.getByRole('img', { name: 'Equity of satellite' }).waitFor()
  })

  test('changes its colours, and keeps them', async () => {
    const page = await open('#/')
    const light = await page.evaluate(PAPER)
    await page.getByRole('button', { name: 'Dark colours' }).click()
    const dark = await page.evaluate(PAPER)
    expect(dark).not.toBe(light)
    await page.reload()
    await page.getByRole('button', { name: 'Light colours' }).waitFor()
    expect(await page.evaluate(PAPER)).toBe(dark)
  })

  test('fits a phone, whatever is shown', async () => {
    const page = await open('#/', PHONE)
    for (const [hash, label] of VIEWS) {
      await page.evaluate(`location.hash = '#/${hash}'`)
      await page.getByRole('region', { name: label }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([hash, await overflow(opened)]).toEqual([hash, 0])
    }
  })

  test('is gone through by keyboard: search, choose, leave, follow a link', async () => {
    const page = await open('#/')
    await page.locator('.node').first().waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('/')
    await page.keyboard.type('hold')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'portfolio holdings' }).waitFor()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H2')
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Overview' }).waitFor()
    expect(await page.evaluate('document.activeElement.dataset.id')).toBe('holdings')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'portfolio holdings' }).waitFor()
  })

  test('says of a finished replay that nothing of it is changed', async () => {
    const page = await open('#/desk')
    await page.getByText('This is a finished replay: nothing of it is changed.').waitFor()
    expect(await page.getByLabel('Command').count()).toBe(0)
    await page.getByRole('link', { name: 'Dead letters' }).click()
    await page.getByText('There are none: every record was taken.').waitFor()
  })

  test('shows the overview where an address names nothing', async () => {
    const page = await open('#/step/%E0%A4%A')
    await page.getByRole('region', { name: 'Overview' }).waitFor()
  })
})
