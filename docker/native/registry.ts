// Apicurio Registry: holds its schemas in memory, and speaks Confluent's protocol under
// `/apis/ccompat/v6`. It forgets all when it ends.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { portOf, type Server } from './server.ts'
import { getsOk } from './socket.ts'

const API = '/apis/ccompat/v6'

export const registry: Server = {
  name: 'registry',
  summary: 'Apicurio, a schema registry with the API of Confluent',
  ports: [{ name: 'registry', usual: 8081 }],
  heap: '256m',
  needs: [{ command: 'java', debian: 'openjdk-17-jre-headless' }],

  async prepare(place) {
    await mkdir(place.folder, { recursive: true })
    const settings = new Map([
      ['quarkus.http.host', '127.0.0.1'],
      ['quarkus.http.port', String(portOf(place, 'registry'))],
      ['quarkus.log.level', 'WARN'],
      ...place.settings,
    ])
    return {
      command: 'java',
      args: [
        `-Xmx${place.heap}`,
        ...place.java,
        `-Dmillrace.folder=${place.folder}/`,
        ...[...settings].map(([name, value]) => `-D${name}=${value}`),
        ...['-jar', join(place.artefacts, 'apicurio-registry-app-2.1.5.Final-runner.jar')],
      ],
    }
  },

  ready: (place) => getsOk(portOf(place, 'registry'), `${API}/subjects`, /^\[/),

  addresses: (place) => [`http://127.0.0.1:${portOf(place, 'registry')}${API}`],
}
