import { expect, test } from 'vitest'
import { mermaidOf } from './mermaid.ts'
import { ODD_DRAWING } from './odd-drawing.test-data.ts'

test('gives made-up ids to odd names and spells their signs as entities', () => {
  expect(mermaidOf(ODD_DRAWING)).toBe(`---
title: "a \\"b\\" <c> & \\\\d #1"
---
flowchart LR
  t0[("<b>end</b><br/>x.#96;#quot;#lt;y#gt;#quot;#96;")]:::input
  t1[("<b>o--x</b>")]:::output
  subgraph g0["tasks #quot;0#quot; #lt;#amp;#gt;"]
    s0("<b>graph</b><br/>risk-gate"):::step
  end
  subgraph g1["empty"]
  end
  o0[["<b>end</b><br/>#lt;#quot;pg#quot;#gt;"]]:::sink
  t0 -.-> s0
  s0 -->|".a#quot;b|c"| t1
  t1 --> o0
  s0 ==>|"by #lt;key#gt;"| s0
  classDef input fill:#e0f2fe,stroke:#0369a1,color:#0f172a
  classDef output fill:#dcfce7,stroke:#15803d,color:#0f172a
  classDef sink fill:#fef3c7,stroke:#b45309,color:#0f172a
  classDef step fill:#ffffff,stroke:#475569,color:#0f172a
`)
})
