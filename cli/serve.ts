// millrace serve DIR: the query API over what a replay has left: the state of its steps when it
// ended, and its topics. Nothing runs, so nothing changes.
import { join } from 'node:path'
import type { Command } from 'commander'
import { Registry } from 'prom-client'
import { makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import { readOrigin } from './replay/origin.ts'
import { listenForStop } from './stop-signal.ts'
import { wholeNumber } from './whole-number.ts'

interface ServeOptions {
  readonly http: number
  readonly topology?: string
}

const USUAL_PORT = 8080

export function registerServe(program: Command, io: Io): void {
  program
    .command('serve')
    .summary('serve the query API over a finished replay')
    .description(
      'Answers queries over what a replay has left in its folder, until it is stopped. The API ' +
        'is that of `millrace run --http`, with a page of reference at /api.',
    )
    .argument('<folder>', 'the --out of a replay')
    .option('--http <port>', '0: a free port', wholeNumber('--http', 0, 65_535), USUAL_PORT)
    .option('--topology <file>', 'where the topology is now, if it was moved')
    .addHelpText('after', '\nExample:\n  millrace serve out/crypto --http 8080')
    .action((folder: string, options: ServeOptions) => serve(folder, options, io))
}

async function serve(folder: string, { http, topology }: ServeOptions, io: Io): Promise<void> {
  const { file, set, fullHash } = readOrigin(folder)
  const plan = planOrFail(topology ?? file, io, { set })
  if (plan === undefined) return
  if (plan.fullHash !== fullHash) {
    throw new FileProblem(
      `${topology ?? file} is not what ${folder} was replayed with; replay it again`,
    )
  }
  const { openEmbeddedLog } = await import('../connectors/embedded/embedded-log.ts')
  const log = await openEmbeddedLog(join(folder, 'log'), { mode: 'read' })
  const stop = listenForStop()
  try {
    const { makeApi } = await import('../query/make-api.ts')
    const { startServer } = await import('../query/server.ts')
    const { shownTopology } = await import('./http/shown-topology.ts')
    const api = makeApi({
      layout: makeLayout(plan),
      log,
      registry: new Registry(),
      status: () => ({ topology: plan.topology, slots: [], tasks: [], sinks: [] }),
      pace: processPace,
      shown: shownTopology(plan),
      isReadOnly: true,
    })
    const server = await startServer({ api, port: http })
    io.err(`serving http://127.0.0.1:${server.port}/, a live page, and /api\n`)
    await new Promise<void>((resolve) => {
      if (stop.signal.aborted) resolve()
      else stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await server.close()
  } finally {
    stop.release()
    await log.close()
  }
}
