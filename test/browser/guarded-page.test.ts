// The live page of a run that goes on, behind API keys: signing in, figures of the run, records as
// they come, dead letters sent again, commands that are asked about. Nothing in a record acts.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shownTopology } from '../../cli/http/shown-topology.ts'
import { makeApi } from '../../query/make-api.ts'
import { newApiKey } from '../../query/security/api-keys.ts'
import { type RunningServer, startServer } from '../../query/server.ts'
import { findEnds } from '../../runtime/ends.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type ItemsLog, openItemsLog, planItems } from '../../runtime/items-log.test-data.ts'
import { observeRun } from '../../runtime/observe/observe-run.ts'
import type { HistoryItem } from '../../runtime/reference/history.ts'
import { processPace } from '../../runtime/pace.ts'
import { item } from '../../runtime/reference/run-steps.test-data.ts'
import { startWorker } from '../../runtime/worker.ts'
import { chromiumPath } from './chromium.ts'
import { launch, type OpenedPage, openPage } from './live-page.ts'

const WHY = 'there is no Chromium; on Debian: apt-get install --no-install-recommends chromium'
const LOOK = { width: 1280, height: 800, scheme: 'light' } as const
const NASTY = '</script><img src=x onerror="document.title=1">'
const TOPICS = `
topics:
  items: { topic: test.items, schema: my/Item, key: symbol }
  positive: { topic: test.positive, schema: my/Item, key: symbol }
fate: { bad: dead-letter, late: fail, duplicate: fail }`
const STEPS = `
  sound: { from: items, validate: { rules: { positive: n > 0 } }, to: positive }`

describe.skipIf(chromiumPath === undefined)(`a guarded page (skipped where ${WHY})`, () => {
  const [viewer, trader] = [newApiKey(), newApiKey()]
  let rig: ItemsLog
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    const plan = planItems(STEPS, TOPICS)
    rig = await openItemsLog(plan)
    await feed([item('A', 1, 5), item(NASTY, 2, 7), item('B', 3, -1)])
    const quiet = { level: 'silent', isTerminal: false, write: () => undefined } as const
    const { report, registry, status, rates } = observeRun({ layout: rig.layout, ...quiet })
    await startWorker(rig.options({ ends: await findEnds(plan, rig.log), report })).done
    server = await startServer({
      api: makeApi({
        ...{ layout: rig.layout, log: rig.log, pace: processPace },
        ...{ registry, status, rates, shown: shownTopology(plan) },
      }),
      port: 0,
      guarding: {
        access: {
          tokens: undefined,
          keys: [
            { name: 'ann', role: 'viewer', hash: viewer.hash },
            { name: 'tom', role: 'trader', hash: trader.hash },
          ],
        },
      },
    })
    browser = await launch()
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await server.close()
  }, 60_000)

  function feed(items: readonly HistoryItem[]): Promise<void> {
    return rig.feed('items', items as InputItem[])
  }

  async function signIn(key: string, hash = ''): Promise<OpenedPage> {
    const opened = await openPage(browser, `http://127.0.0.1:${server.port}/${hash}`, LOOK)
    await opened.page.getByLabel('API key or token').fill(key)
    await opened.page.keyboard.press('Enter')
    return opened
  }

  test('asks for a key, says when it is none, and shows nothing before', async () => {
    const { page } = await signIn('wrong')
    await page.getByText('the API key is none that is known').waitFor()
    expect(await page.locator('.node').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByLabel('API key or token').fill('with spaces')
    await page.keyboard.press('Enter')
    await page.getByText('A key or a token has no spaces in it.').waitFor()
    await page.getByLabel('API key or token').fill(viewer.key)
    await page.keyboard.press('Enter')
    await page.locator('.node.step').waitFor()
    expect(page.url()).not.toContain(viewer.key)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key or token').waitFor()
    await page.close()
  })

  test('shows how the run goes: counts of a step, what was refused', async () => {
    const { page } = await signIn(viewer.key, '#/step/sound')
    await page.getByText(/^\S+\/s, 3 in all$/).waitFor()
    await page.getByRole('link', { name: /^sound, validate, .*1 refused$/ }).waitFor()
    await page.close()
  })

  test('shows records as they come, and what stands in them as text', async () => {
    const { page } = await signIn(viewer.key, '#/topic/items')
    await page.getByRole('cell', { name: NASTY }).waitFor()
    await feed([item('fresh', 9, 1)])
    await page.getByRole('cell', { name: 'fresh' }).waitFor()
    expect(await page.locator('.tail tbody tr').first().textContent()).toContain('fresh')
    await page.getByRole('button', { name: 'Pause' }).click()
    await feed([item('later', 10, 1)])
    await page.getByText('1 more since the pause').waitFor()
    expect(await page.getByRole('cell', { name: 'later' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('cell', { name: 'later' }).waitFor()
    expect(await page.title()).toBe('t · Millrace')
    expect(await page.locator('img').count()).toBe(0)
    await page.close()
  })

  test('lets a viewer read dead letters, and a trader send them again', async () => {
    const ann = await signIn(viewer.key, '#/letters')
    await ann.page.getByRole('link', { name: /^0:\d+$/ }).click()
    await ann.page.getByText('"n": -1').waitFor()
    expect(await ann.page.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true)
    await ann.page.getByText('This takes the role "operator"; yours is "viewer".').waitFor()
    await ann.page.close()
    const { page } = await signIn(trader.key, '#/letters')
    await page.getByRole('link', { name: /^0:\d+$/ }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText(/^Sent again: test\.items\/0@\d+\.$/).waitFor()
    await page.getByRole('cell', { name: 'sent again' }).waitFor()
    await page.close()
  })

  test('asks before it gives a command, and tells what the server says to it', async () => {
    const { page } = await signIn(trader.key, '#/desk')
    await page.getByLabel('Account').fill('core')
    await page.getByRole('button', { name: 'Give', exact: true }).click()
    await page.getByRole('dialog', { name: 'Give the command: halt core?' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('button', { name: 'Give', exact: true }).click()
    await page.getByRole('button', { name: 'Give it' }).click()
    await page.getByRole('alert').filter({ hasText: 'control' }).waitFor()
    await page.close()
  })
})
