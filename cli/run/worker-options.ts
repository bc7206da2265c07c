// What every worker of a process is given, whatever it runs.
import { processPace } from '../../runtime/pace.ts'
import { USUAL_FETCH, USUAL_STORE_BYTES } from '../../runtime/defaults.ts'

export const usualOptions = {
  pace: processPace,
  fetchRecords: USUAL_FETCH,
  storeBytes: USUAL_STORE_BYTES,
}
