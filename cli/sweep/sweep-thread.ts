// The entry of a thread that runs sets of a sweep, as they are given to it, until it is ended.
import { parentPort, workerData } from 'node:worker_threads'
import type { RecordBatch } from '../../connectors/record-batch.ts'
import type { EncodedInputs } from '../../runtime/verify/encoded-inputs.ts'
import { packError } from '../run/thread-message.ts'
import { type FromSweepThread, runPlanned, type Sweep, type SweepErrand } from './run-sets.ts'

const given = workerData as Sweep
const sweep: Sweep = { ...given, inputs: withBuffers(given.inputs) }

/** What was sent here as a buffer came as its bytes. */
function withBuffers(inputs: EncodedInputs): EncodedInputs {
  const whole = (batch: RecordBatch): RecordBatch => {
    const { buffer, byteOffset, length } = batch.bytes
    return { ...batch, bytes: Buffer.from(buffer, byteOffset, length) }
  }
  return inputs.map(({ batches, ...id }) => ({
    ...id,
    batches: batches.map((each) => ({ ...each, batch: whole(each.batch) })),
  }))
}

function tell(message: FromSweepThread): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', ({ index, planned }: SweepErrand) => {
  runPlanned(sweep, planned).then(
    (result) => tell({ kind: 'ran', index, result }),
    (error: unknown) => tell({ kind: 'failed', error: packError(error) }),
  )
})
tell({ kind: 'ready' })
