// A topology as the query API shows it: what `explain` says, and what `graph` draws.
import type { ShownTopology } from '../../query/routes/route.ts'
import type { Plan } from '../../topology/plan.ts'
import { catalogue } from '../catalogue.ts'
import { explain } from '../explain/explanation.ts'
import { dotOf } from '../graph/dot.ts'
import { drawingOf } from '../graph/drawing.ts'
import { svgOf } from '../graph/svg.ts'

export function shownTopology(plan: Plan): ShownTopology {
  const drawing = drawingOf(plan)
  return {
    explained: explain(plan, catalogue),
    draw: () => svgOf(dotOf(drawing), drawing.title),
  }
}
