// GET /health/live: whether the process should go on, or be started anew. GET /health/ready:
// whether all that it runs goes well. GET /health is the latter. 200 is yes, 503 is no; both say
// why.
import type { RunStatus } from '../../runtime/observe/run-status.ts'
import type { AddRoute } from './route.ts'

type State =
  /** A slot has failed beyond repair: the process ends. */
  | 'failed'
  /** The log refuses something, and a slot is opened anew. */
  | 'retrying'
  /** Records wait in a task that takes none. */
  | 'stalled'
  | 'restoring'
  | 'running'
  /** All that came was taken, and every channel has ended. */
  | 'finished'
  /** No slot is assigned to this process. */
  | 'standing-by'

const UNREADY: ReadonlySet<State> = new Set(['failed', 'retrying', 'stalled', 'restoring'])

/** Those who watch processes have no keys. */
const FOR_ANYONE = { config: { role: 'anyone' } } as const

export const addHealth: AddRoute = (server, { status }) => {
  server.get('/health/live', FOR_ANYONE, async (_request, reply) => {
    const answer = healthOf(status())
    return reply.code(answer.status === 'failed' ? 503 : 200).send(answer)
  })
  for (const path of ['/health', '/health/ready']) {
    server.get(path, FOR_ANYONE, async (_request, reply) => {
      const answer = healthOf(status())
      return reply.code(UNREADY.has(answer.status) ? 503 : 200).send(answer)
    })
  }
}

function healthOf(run: RunStatus) {
  const { topology, slots, tasks, sinks } = run
  const stalled = tasks.filter(({ waitsFor }) => waitsFor !== undefined)
  return {
    status: stateOf(run),
    topology,
    slots: slots.map(({ slot, state, failure = null }) => ({ slot, state, failure })),
    tasks: {
      running: tasks.length,
      finished: tasks.filter(({ hasFinished }) => hasFinished).length,
      stalled: stalled.map(({ task, waitsFor }) => ({ task, waitsFor })),
    },
    // One that is away holds up nothing: it is told, and the run is as well as without it.
    sinks: sinks.map(({ sink, state, failure = null }) => ({ sink, state, failure })),
  }
}

/** The worst of them. */
function stateOf({ slots, tasks }: RunStatus): State {
  const isAny = (state: State): boolean => slots.some((each) => each.state === state)
  if (isAny('failed')) return 'failed'
  if (isAny('retrying')) return 'retrying'
  if (tasks.some(({ waitsFor }) => waitsFor !== undefined)) return 'stalled'
  if (isAny('restoring')) return 'restoring'
  if (slots.length === 0) return 'standing-by'
  return tasks.every(({ hasFinished }) => hasFinished) ? 'finished' : 'running'
}
