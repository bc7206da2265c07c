// GET /api/v1/caller: who asks, as the audit topic names it, and what they may do here.
import { ROLES } from '../security/caller.ts'
import { answers, type AddRoute } from './route.ts'

export const addCaller: AddRoute = (server, { isReadOnly }) => {
  server.get(
    '/api/v1/caller',
    {
      schema: {
        tags: ['operations'],
        summary: 'Who asks, and what they may do',
        response: answers({
          type: 'object',
          properties: {
            name: { type: 'string' },
            role: { enum: ROLES },
            isReadOnly: { type: 'boolean', description: 'A finished replay: nobody writes.' },
          },
        }),
      },
    },
    ({ caller }) => ({ name: caller?.name, role: caller?.role, isReadOnly }),
  )
}
