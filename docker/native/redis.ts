// Redis from Debian's package. Everything that it writes is in its folder; it keeps its data.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { portOf, type Server } from './server.ts'
import { ask } from './socket.ts'

export const redis: Server = {
  name: 'redis',
  summary: 'Redis',
  ports: [{ name: 'redis', usual: 6379 }],
  needs: [{ command: 'redis-server', debian: 'redis-server' }],

  async prepare(place) {
    const file = join(place.folder, 'redis.conf')
    const data = join(place.folder, 'data')
    await mkdir(data, { recursive: true })
    const settings = new Map([
      ['bind', '127.0.0.1'],
      ['port', String(portOf(place, 'redis'))],
      ['dir', JSON.stringify(data)],
      ['daemonize', 'no'],
      ['appendonly', 'yes'],
      // It rewrites its command line, by which we know it again.
      ['proc-title-template', '"{title} {listen-addr} {config-file}"'],
      ...place.settings,
    ])
    await writeFile(file, [...settings].map((setting) => `${setting.join(' ')}\n`).join(''))
    return { command: 'redis-server', args: [file] }
  },

  async ready(place) {
    const port = portOf(place, 'redis')
    const answer = await ask(port, Buffer.from('PING\r\n'), ({ length }) => length >= 7)
    return answer?.toString('latin1') === '+PONG\r\n'
  },

  addresses: (place) => [`redis://127.0.0.1:${portOf(place, 'redis')}`],
}
