// GET /api/v1/topology: what the topology is: topics, steps with their configs, sub-topologies,
// sources, sinks and hashes, as `millrace explain --json` says it. GET /api/v1/topology.svg: a
// picture of it, as `millrace graph` draws it.
import { answers, type AddRoute } from './route.ts'

const LIST = { type: 'array', items: { type: 'object', additionalProperties: true } }

export const addTopology: AddRoute = (server, { shown }) => {
  if (shown === undefined) return
  server.get(
    '/api/v1/topology',
    {
      schema: {
        tags: ['operations'],
        summary: 'The topology as it runs',
        response: answers({
          type: 'object',
          properties: {
            topology: { type: 'string' },
            shapeHash: { type: 'string', description: 'Of what state depends on.' },
            fullHash: { type: 'string', description: 'Of everything, parameters too.' },
            parameters: { type: 'object', additionalProperties: true },
            fates: { type: 'object', additionalProperties: true },
            sources: LIST,
            topics: LIST,
            subTopologies: LIST,
            sinks: LIST,
          },
        }),
      },
    },
    () => shown.explained,
  )
  let drawn: Promise<string> | undefined
  server.get(
    '/api/v1/topology.svg',
    {
      schema: {
        tags: ['operations'],
        summary: 'The topology as a picture',
        produces: ['image/svg+xml'],
        response: answers({ type: 'string' }),
      },
    },
    async (_request, reply) => {
      // A topology does not change while it runs, and to draw it takes a while.
      drawn ??= shown.draw()
      return reply.type('image/svg+xml; charset=utf-8').send(await drawn)
    },
  )
}
