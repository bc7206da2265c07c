// Chromium as Debian installs it, driven over a pipe by the DevTools protocol: one page at a time,
// without network. Messages are JSON, each ended by a zero byte.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** Where Debian and others put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath: string | undefined = PLACES.find((path) => existsSync(path))

export interface View {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
}

export interface Page {
  /** Loads a file and waits until it has drawn. */
  readonly open: (path: string, view: View) => Promise<void>
  /** The value of an expression in the page; a promise is awaited. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** A key as a user presses it: `ArrowRight`. */
  readonly press: (key: string) => Promise<void>
  /** A PNG of the whole page, or of the stretch from `top` to `bottom`. */
  readonly screenshot: (top?: number, bottom?: number) => Promise<Buffer>
  /** What the page asked for, by address. */
  readonly requests: readonly string[]
  /** Errors of scripts and of the console, and what the page's own policy refused. */
  readonly errors: readonly string[]
}

export interface Browser {
  readonly page: () => Promise<Page>
  readonly close: () => Promise<void>
}

/** Starts it with a profile of its own, which goes when it is closed. */
export async function startChromium(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'millrace-chromium-'))
  const args = [
    ...['--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu'],
    ...['--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', '--hide-scrollbars'],
    ...['--host-resolver-rules=MAP * ~NOTFOUND', `--user-data-dir=${profile}`, 'about:blank'],
  ]
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const talk = connect(child)
  await talk.send('Browser.getVersion', {})
  return {
    page: () => openPage(talk),
    close: async () => {
      child.kill('SIGKILL')
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Params = Readonly<Record<string, unknown>>
type Listener = (params: Params) => void

interface Talk {
  readonly send: (method: string, params: Params, session?: string) => Promise<Params>
  readonly on: (session: string, method: string, listener: Listener) => void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly sessionId?: string
  readonly params?: Params
  readonly result?: Params
  readonly error?: { readonly message: string }
}

function connect(child: ChildProcess): Talk {
  const [write, read] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, PromiseWithResolvers<Params>>()
  const listeners = new Map<string, Listener[]>()
  const fail = (why: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(why))
    waiting.clear()
  }
  const hear = ({ id, method, sessionId, params, result, error }: Message): void => {
    if (id === undefined) {
      for (const listener of listeners.get(`${sessionId ?? ''} ${method ?? ''}`) ?? []) {
        listener(params ?? {})
      }
      return
    }
    const answer = waiting.get(id)
    waiting.delete(id)
    if (error) answer?.reject(new Error(error.message))
    else answer?.resolve(result ?? {})
  }
  let rest = ''
  read.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = `${rest}${chunk}`.split('\0')
    rest = messages.pop() ?? ''
    for (const text of messages) hear(JSON.parse(text) as Message)
  })
  child.once('error', (error) => fail(error.message))
  child.once('exit', () => fail('Chromium has ended'))
  let last = 0
  return {
    send: (method, params, sessionId) => {
      last += 1
      const answer = Promise.withResolvers<Params>()
      waiting.set(last, answer)
      write.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`)
      return answer.promise
    },
    on: (session, method, listener) => {
      const name = `${session} ${method}`
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
    },
  }
}

async function openPage(talk: Talk): Promise<Page> {
  const { targetId } = await talk.send('Target.createTarget', { url: 'about:blank' })
  const attached = await talk.send('Target.attachToTarget', { targetId, flatten: true })
  const session = String(attached.sessionId)
  const send = (method: string, params: Params = {}) => talk.send(method, params, session)
  const requests: string[] = []
  const errors: string[] = []
  watch(talk, session, requests, errors)
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`)
  const evaluate = async (expression: string): Promise<unknown> => {
    const asked = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await send('Runtime.evaluate', asked)
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { readonly value?: unknown }).value
  }
  return {
    open: async (path, { width, height, scheme }) => {
      const sizes = { width, height, deviceScaleFactor: 1, mobile: width < 600 }
      await send('Emulation.setDeviceMetricsOverride', sizes)
      const features = [{ name: 'prefers-color-scheme', value: scheme }]
      await send('Emulation.setEmulatedMedia', { features })
      const loaded = new Promise<void>((resolve) => {
        talk.on(session, 'Page.loadEventFired', () => resolve())
      })
      await send('Page.navigate', { url: `file://${path}` })
      await loaded
      // Charts draw in a microtask; two frames later they stand.
      await evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))' +
          '.then(() => undefined)',
      )
    },
    evaluate,
    press: async (key) => {
      for (const type of ['keyDown', 'keyUp']) await send('Input.dispatchKeyEvent', { type, key })
    },
    screenshot: async (top = 0, bottom) => {
      const size = await evaluate(
        '[document.documentElement.clientWidth, document.body.scrollHeight]',
      )
      const [width = 0, height = 0] = size as readonly number[]
      const clip = {
        x: 0,
        y: top,
        width,
        height: Math.min(bottom ?? height, height) - top,
        scale: 1,
      }
      const asked = { format: 'png', captureBeyondViewport: true, clip }
      const { data } = await send('Page.captureScreenshot', asked)
      return Buffer.from(String(data), 'base64')
    },
    requests,
    errors,
  }
}

function watch(talk: Talk, session: string, requests: string[], errors: string[]): void {
  talk.on(session, 'Network.requestWillBeSent', ({ request }) => {
    requests.push((request as { readonly url: string }).url)
  })
  talk.on(session, 'Runtime.exceptionThrown', ({ exceptionDetails }) => {
    errors.push(JSON.stringify(exceptionDetails))
  })
  talk.on(session, 'Runtime.consoleAPICalled', ({ type, args }) => {
    if (type === 'error' || type === 'warning') errors.push(JSON.stringify(args))
  })
  talk.on(session, 'Log.entryAdded', ({ entry }) => {
    const { level, text } = entry as { readonly level: string; readonly text: string }
    if (level === 'error' || level === 'warning') errors.push(text)
  })
}
