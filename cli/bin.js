#!/usr/bin/env node
// Starts the command line on Node 24 or later: this process if it is one, else the dev dependency's
// binary.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { start } = await import(main)
  await start()
} else if (existsSync(own)) {
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
} else {
  process.stderr.write(
    `millrace needs Node 24 or later, this is ${process.version}: run npm ci, which brings one.\n`,
  )
  process.exit(2)
}
