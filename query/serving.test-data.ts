// A server over an empty memory log, for tests of what every route goes through.
import { Registry } from 'prom-client'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { planItems } from '../runtime/items-log.test-data.ts'
import { makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import { makeApi } from './make-api.ts'
import type { Api } from './routes/route.ts'
import { type Guarding, makeServer } from './server.ts'

function emptyApi(): Api {
  return makeApi({
    layout: makeLayout(planItems('')),
    log: createMemoryBroker().connect(),
    registry: new Registry(),
    status: () => ({ topology: 't', slots: [], tasks: [], sinks: [] }),
    pace: processPace,
  })
}

export function guardedServer(guarding: Guarding): ReturnType<typeof makeServer> {
  return makeServer(emptyApi(), guarding)
}
