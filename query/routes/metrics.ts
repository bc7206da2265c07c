// GET /metrics: the metrics in Prometheus' text form.
import type { AddRoute } from './route.ts'

export const addMetrics: AddRoute = (server, { registry }) => {
  server.get('/metrics', async (_request, reply) => {
    const text = await registry.metrics()
    return reply.type(registry.contentType).send(text)
  })
}
