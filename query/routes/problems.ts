// GET /problems: the codes of all problems, with their status. GET /problems/:code, which the
// `type` of a problem names: one of them. Whoever may ask for nothing else may read why.
import { Problem, type ProblemCode, problems } from '../problem.ts'
import { answers, type AddRoute } from './route.ts'

const ABOUT = {
  type: 'object',
  properties: {
    code: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
  },
}
const CONFIG = { role: 'anyone' } as const

export const addProblems: AddRoute = (server) => {
  server.get(
    '/problems',
    {
      config: CONFIG,
      schema: {
        tags: ['operations'],
        summary: 'What answers may say is wrong',
        response: answers({ type: 'array', items: ABOUT }),
      },
    },
    () => codes.map(aboutOf),
  )
  server.get<{ Params: { code: string } }>(
    '/problems/:code',
    {
      config: CONFIG,
      schema: {
        tags: ['operations'],
        summary: 'One of them',
        params: {
          type: 'object',
          properties: { code: { type: 'string', description: '`code` of a problem.' } },
          required: ['code'],
        },
        response: answers(ABOUT),
      },
    },
    ({ params }) => {
      const found = codes.find((code) => code === params.code)
      if (found !== undefined) return aboutOf(found)
      throw new Problem('not-found', `no problem has that code; there are ${codes.join(', ')}`)
    },
  )
}

const codes = Object.keys(problems) as readonly ProblemCode[]

function aboutOf(code: ProblemCode) {
  return { code, ...problems[code] }
}
