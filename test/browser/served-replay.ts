// `millrace replay` of apps/crypto and `millrace serve` over it, as processes of their own, for
// tests of the live page.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface ServedReplay {
  readonly address: string
  readonly close: () => Promise<void>
}

export async function serveReplay(folder: string): Promise<ServedReplay> {
  const app = ['apps/crypto/topology.yaml', '--env', 'apps/crypto/history.yaml']
  await promisify(execFile)(process.execPath, ['cli/main.ts', 'replay', ...app, '--out', folder], {
    cwd: root,
  })
  const child = spawn(process.execPath, ['cli/main.ts', 'serve', folder, '--http', '0'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return {
    address: await addressOf(child),
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr?.on('data', (part: Buffer) => {
      text += part.toString()
      const [, address] = /serving (http:\/\/[\d.:]+)\//.exec(text) ?? []
      if (address !== undefined) resolve(address)
    })
    child.once('exit', () => reject(new Error(`nothing is served: ${text}`)))
  })
}
