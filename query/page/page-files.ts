// The files of the live page as a browser asks for them: markup, style, and modules, whose types
// are stripped when they are read. Nothing else of this machine is served, and nothing is built.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'

export interface PageFile {
  readonly type: string
  readonly text: string
  /** Changes with the text: an entity tag of HTTP. */
  readonly tag: string
}

const MODULES = new URL('browser/', import.meta.url)
/** The first module, which imports the others. */
const MAIN = new URL('browser/main.ts', import.meta.url)
const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  script: 'text/javascript; charset=utf-8',
} as const

/** By the last part of their address; the markup itself has none. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const here = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
  const [main = ''] = MAIN.pathname.split('/').slice(-1)
  return new Map([
    ['', fileOf('html', here('index.html').replace('{main}', main))],
    ['page.css', fileOf('css', here('page.css'))],
    ['icon.svg', fileOf('svg', here('icon.svg'))],
    ['uplot.css', fileOf('css', packaged('uplot/dist/uPlot.min.css'))],
    ['uplot.js', fileOf('script', packaged('uplot/dist/uPlot.esm.js'))],
    ...moduleNames().map((name) => [name, fileOf('script', moduleText(name))] as const),
  ])
}

function moduleNames(): readonly string[] {
  return readdirSync(MODULES).filter((name) => /^[a-z-]+\.ts$/.test(name))
}

/** A browser knows no packages, so the one that is used is named by its address. */
function moduleText(name: string): string {
  const text = readFileSync(new URL(name, MODULES), 'utf8')
  return withoutTypes(text).replace(`from 'uplot'`, `from './uplot.js'`)
}

/** Node warns once that this may change, which is nothing to tell whoever starts a run. */
function withoutTypes(text: string): string {
  const warning: { emitWarning: unknown } = process
  const { emitWarning } = warning
  warning.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(text)
  } finally {
    warning.emitWarning = emitWarning
  }
}

function fileOf(type: keyof typeof TYPES, text: string): PageFile {
  const digest = createHash('sha256').update(text).digest('base64url')
  return { type: TYPES[type], text, tag: `"${digest}"` }
}

const require = createRequire(import.meta.url)

function packaged(path: string): string {
  return readFileSync(require.resolve(path), 'utf8')
}
