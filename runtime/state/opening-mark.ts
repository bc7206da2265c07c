// The record by which a slot marks, in each topic that it is restored from, that it was opened:
// whoever reads that far has read all that was committed before (decision 17). It says nothing
// else, and whoever folds such a topic leaves it out.
import { keyAt, type RecordBatch } from '../../connectors/record-batch.ts'
import { changelogBatch } from './changelog-batch.ts'

/** Unlike any task, entry or source. A deletion, so that compaction takes out all but the last. */
const OPENED = 'opened'

export function openingMark(): RecordBatch {
  return changelogBatch([[OPENED, null]])
}

export function isOpeningMark(batch: RecordBatch, row: number): boolean {
  return keyAt(batch, row) === OPENED
}
