// QuestDB: the time-series database, with its HTTP port (console, queries, line protocol) and the
// PostgreSQL wire. It reports nothing to its makers.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { letsIn } from './postgres-wire.ts'
import { portOf, type Server } from './server.ts'
import { getsOk } from './socket.ts'

export const questdb: Server = {
  name: 'questdb',
  summary: 'QuestDB, a time-series database',
  ports: [
    { name: 'questdb', usual: 9000 },
    { name: 'questdb-pg', usual: 8812 },
  ],
  heap: '256m',
  needs: [{ command: 'java', debian: 'openjdk-17-jre-headless' }],

  async prepare(place) {
    const data = join(place.folder, 'data')
    const conf = join(data, 'conf')
    await mkdir(conf, { recursive: true })
    const settings = new Map([
      ['http.bind.to', `127.0.0.1:${portOf(place, 'questdb')}`],
      ['http.min.enabled', 'false'],
      ['pg.net.bind.to', `127.0.0.1:${portOf(place, 'questdb-pg')}`],
      // For dashboards: user "user", password "quest", who can only read.
      ['pg.readonly.user.enabled', 'true'],
      ['line.tcp.enabled', 'false'],
      ['telemetry.enabled', 'false'],
      ['shared.worker.count', '2'],
      ...place.settings,
    ])
    const text = [...settings].map(([name, value]) => `${name}=${value}\n`).join('')
    await writeFile(join(conf, 'server.conf'), text)
    return {
      command: 'java',
      args: [
        `-Xmx${place.heap}`,
        ...place.java,
        ...['-p', place.artefacts, '-m', 'io.questdb/io.questdb.ServerMain', '-d', data],
      ],
    }
  },

  async ready(place) {
    const query = `/exec?query=${encodeURIComponent('select 1')}`
    if (!(await getsOk(portOf(place, 'questdb'), query, /"dataset":\[\[1\]\]/))) return false
    return letsIn(portOf(place, 'questdb-pg'), 'admin')
  },

  addresses: (place) => [
    `http://127.0.0.1:${portOf(place, 'questdb')}`,
    `postgresql://admin:quest@127.0.0.1:${portOf(place, 'questdb-pg')}/qdb`,
  ],
}
