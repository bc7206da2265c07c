// Writes report.html into the folder of a replay, in one move: nobody opens half of it.
import { join } from 'node:path'
import { writeWhole } from '../../../connectors/file/write-whole.ts'
import type { LetterTally } from '../letter-tally.ts'
import type { Replayed } from '../replayed.ts'
import { gatherReport } from './gather-report.ts'
import { reportPage } from './page/report-page.ts'
import type { ReportData } from './report-data.ts'
import type { ResultWatch } from './watch-results.ts'

export const REPORT = 'report.html'

/** `watch` must have seen all that was written. */
export async function writeReport(
  folder: string,
  replayed: Replayed,
  { tally, watch }: { readonly tally: LetterTally; readonly watch: ResultWatch },
): Promise<ReportData> {
  const path = join(folder, REPORT)
  const data = await gatherReport(replayed, tally, watch)
  writeWhole(path, reportPage(data))
  return data
}
