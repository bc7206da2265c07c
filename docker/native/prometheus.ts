// Prometheus from Debian's package, with the alert rules of docker/prometheus. What it scrapes, and
// how often, is there too, unless the settings `targets` (127.0.0.1:9464,127.0.0.1:9465) and
// `scrape_interval` say otherwise; other settings are its flags.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { portOf, type Server } from './server.ts'
import { getsOk } from './socket.ts'

const CONFIGURATION = join(import.meta.dirname, '..', 'prometheus')

export const prometheus: Server = {
  name: 'prometheus',
  summary: 'Prometheus, with the alert rules',
  ports: [{ name: 'prometheus', usual: 9090 }],
  needs: [{ command: 'prometheus', debian: 'prometheus' }],

  async prepare(place) {
    const { targets, scrape_interval: every, ...flags } = Object.fromEntries(place.settings)
    await mkdir(place.folder, { recursive: true })
    const file = join(place.folder, 'prometheus.yaml')
    const text = await readFile(join(CONFIGURATION, 'prometheus.yaml'), 'utf8')
    const document = parseDocument(text)
    if (every !== undefined) document.setIn(['global', 'scrape_interval'], every)
    if (targets !== undefined) {
      document.setIn(['scrape_configs', 0, 'static_configs', 0, 'targets'], targets.split(','))
    }
    await writeFile(file, document.toString())
    await copyFile(join(CONFIGURATION, 'rules.yaml'), join(place.folder, 'rules.yaml'))
    const usual = {
      'config.file': file,
      'storage.tsdb.path': join(place.folder, 'data'),
      'web.listen-address': `127.0.0.1:${portOf(place, 'prometheus')}`,
      'log.level': 'warn',
    }
    const all = Object.entries({ ...usual, ...flags })
    return { command: 'prometheus', args: all.map(([name, value]) => `--${name}=${value}`) }
  },

  ready: (place) => getsOk(portOf(place, 'prometheus'), '/-/ready', /ready/i),

  addresses: (place) => [`http://127.0.0.1:${portOf(place, 'prometheus')}`],
}
