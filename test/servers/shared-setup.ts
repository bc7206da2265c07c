// The global setup of the tests that need real servers (`*.server.test.ts`): starts one Kafka and
// one registry for all of them, while the other tests run, and says where they will be. Where they
// cannot run it says why; with CI or MILLRACE_SERVERS_REQUIRED set, their tests fail.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { kafka } from '../../docker/native/kafka.ts'
import { findProcess, send } from '../../docker/native/process.ts'
import { registry } from '../../docker/native/registry.ts'
import { up } from '../../docker/native/run.ts'
import type { Server } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { missingServers } from './find-servers.ts'
import { freePorts } from './free-ports.ts'
import { guardedFolder } from './guarded-folder.ts'
import { quickJava } from './quick-java.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly servers: SharedPlace
  }
}

export interface SharedPlace {
  /** Where docker/native runs them. */
  readonly folder: string
  /** For each server that cannot run here, why. */
  readonly missing: Readonly<Record<string, string>>
  /** Whether that is a failure rather than a skip. */
  readonly required: boolean
}

const KILLED_WITHIN_MS = 8000

/** The file in which a start that failed says why. */
export const failureFile = (folder: string, server: string) => join(folder, `${server}.failure`)

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = await missingServers()
  const required = [process.env.CI, process.env.MILLRACE_SERVERS_REQUIRED].some(Boolean)
  const sayMissing = () => {
    for (const [name, why] of Object.entries(missing)) {
      const fate = required ? 'fail' : 'are skipped'
      process.stderr.write(`Tests with a real ${name} ${fate}: ${why}\n`)
    }
  }
  sayMissing()
  const folder = guardedFolder()
  project.provide('servers', { folder, missing, required })
  const shared = [kafka, registry].filter(({ name }) => missing[name] === undefined)
  const starting = shared.map((server) => start(server, folder))
  return async () => {
    await killAll(shared, folder, Promise.all(starting))
    sayMissing()
  }
}

/** At once, for nobody needs what they hold; those too that are still about to start. */
async function killAll(
  shared: readonly Server[],
  folder: string,
  starting: Promise<unknown>,
): Promise<void> {
  let settled = false
  void starting.then(() => (settled = true))
  const kill = () => {
    for (const { name } of shared) {
      const pid = findProcess(join(folder, name))
      if (pid !== undefined) send(pid, 'SIGKILL')
    }
    return settled
  }
  await until(kill, { withinMs: KILLED_WITHIN_MS })
}

async function start(server: Server, folder: string): Promise<void> {
  try {
    await up(server, folder, { ports: await freePorts(server), java: quickJava })
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    writeFileSync(failureFile(folder, server.name), why)
  }
}
