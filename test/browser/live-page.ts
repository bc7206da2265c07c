// The live page in the Chromium of this machine, for tests: what it asked for, and what went wrong
// in it, is kept.
import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumPath } from './chromium.ts'

export interface OpenedPage {
  readonly page: Page
  /** Errors of scripts and of the console, among them what the page's own policy refused. */
  readonly errors: readonly string[]
  /** Origins that were asked, WebSockets too. */
  readonly origins: ReadonlySet<string>
}

export interface Look {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
}

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking']
  return chromium.launch({ executablePath: chromiumPath ?? '', args })
}

export async function openPage(
  browser: Browser,
  address: string,
  { width, height, scheme }: Look,
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme })
  const errors: string[] = []
  const origins = new Set<string>()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin))
  await page.goto(address)
  return { page, errors, origins }
}

/** How much wider than the screen the page is. */
export async function overflow({ page }: OpenedPage): Promise<number> {
  return Number(
    await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ),
  )
}
