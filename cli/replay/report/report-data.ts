// What a report says, as plain data: gathered by gather-report.ts, set on a page by
// page/report-page.ts. Times are in microseconds, money and quantities the text of a decimal.

export interface ReportData {
  readonly topology: {
    readonly name: string
    /** As the user wrote it. */
    readonly file: string
    readonly shapeHash: string
    readonly fullHash: string
  }
  readonly runtime: {
    readonly millrace: string
    readonly node: string
    readonly engine: 'engine' | 'reference'
  }
  /** By when records were available; null where the replay was not cut. */
  readonly range: { readonly from: number | null; readonly to: number | null }
  readonly inputs: readonly ReportInput[]
  readonly parameters: readonly ReportParameter[]
  /** Steps that size, judge and execute orders, with how they do it. */
  readonly desk: readonly DeskStep[]
  readonly steps: readonly ReportStep[]
  readonly deadLetters: {
    readonly letters: number
    /** The commonest first; not all of them. */
    readonly groups: readonly DeadLetterGroup[]
    readonly groupsLeftOut: number
  }
  readonly quality: ReportQuality
  /** Topics that steps write. */
  readonly topics: readonly ReportTopic[]
  readonly prices: readonly PriceChart[]
  readonly pricesLeftOut: number
  /** Of all instruments, with a chart or without. */
  readonly written: { readonly bars: number; readonly signals: number }
  readonly buyAndHold: readonly BuyAndHold[]
  readonly accounts: readonly ReportAccount[]
  /** What is held at the end and what was held before. */
  readonly positions: readonly ReportPosition[]
  /** Undefined where no topic has orders. */
  readonly orders: ReportOrders | undefined
  /** What a risk gate decided; undefined where no topic says so. */
  readonly decisions: ReportDecisions | undefined
  /** Alerts that are not refusals, by reason. */
  readonly alerts: readonly Tally[]
  readonly fills: readonly ReportFills[]
  /** Undefined where no topic has fills. */
  readonly trades: ReportTrades | undefined
}

export interface ReportInput {
  readonly topic: string
  /** Full name of the schema's record. */
  readonly schema: string
  /** Whether it is a table that is looked up, rather than what happened. */
  readonly isTable: boolean
  readonly records: number
  readonly bad: number
  readonly outside: number
  readonly files: readonly ReportFile[]
}

export interface ReportFile {
  readonly name: string
  readonly sha256: string
  /** Null where another file of the topic has the same name, and they were counted together. */
  readonly records: number | null
  readonly firstTime: number | null
  readonly lastTime: number | null
}

export interface ReportParameter {
  readonly name: string
  readonly value: string
  /** Whether the command set it, rather than the topology. */
  readonly isSet: boolean
}

export interface DeskStep {
  readonly step: string
  readonly operator: string
  readonly settings: readonly {
    readonly name: string
    readonly text: string
    /** What the setting means, in a sentence. */
    readonly about: string
  }[]
}

export interface ReportStep {
  readonly step: string
  /** Empty for an input topic, whose records could not be read. */
  readonly operator: string
  readonly records: number
  readonly emitted: number
  readonly held: readonly Tally[]
  readonly bad: number
  readonly late: number
  readonly duplicate: number
  /** Of bad, late and duplicate, those that were passed over. */
  readonly skipped: number
  /** Of bad, late and duplicate, those that stand in dead-letters.jsonl. */
  readonly deadLettered: number
  /** Records of a key that it takes in before the first it gives out. */
  readonly lookback: number
}

export interface DeadLetterGroup {
  readonly step: string
  readonly reason: string
  readonly letters: number
  /** Where the first of them stands. */
  readonly place: string
}

export interface Tally {
  readonly name: string
  readonly count: number
}

export interface ReportQuality {
  /** Checks that records broke and that only flagged them. */
  readonly flags: readonly {
    readonly topic: string
    readonly symbol: string
    readonly check: string
    readonly count: number
  }[]
  /** Stretches in which records said of themselves that they are not valid, such as a book's. */
  readonly invalid: readonly {
    readonly topic: string
    readonly key: string
    readonly stretches: number
    readonly total: number
    readonly longest: number
    /** Whether the last one had not ended. */
    readonly isOpen: boolean
  }[]
  /** Bars that are not there between the first and the last. */
  readonly gaps: readonly {
    readonly topic: string
    readonly symbol: string
    readonly every: number
    readonly gaps: number
    readonly missing: number
    readonly longest: number
    /** Bars that are there although no record fell into them. */
    readonly filled: number
  }[]
}

export interface ReportTopic {
  readonly name: string
  readonly schema: string
  readonly records: number
  readonly digest: string
}

export interface PriceChart {
  readonly symbol: string
  readonly topic: string
  /** Length of the bars as they are drawn. */
  readonly every: number
  readonly bars: readonly Bar[]
  /** Bars written, and their length; null where lengths differ. */
  readonly written: number
  readonly writtenEvery: number | null
  readonly signals: Marks
  readonly fills: Marks
}

export interface Bar {
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export interface Marks {
  /** What the marks stand for. */
  readonly records: number
  readonly marks: readonly Mark[]
}

export interface Mark {
  /** When it was known. */
  readonly time: number
  /** +1 bought or to buy, -1 sold or to sell. */
  readonly side: number
  /** Average by quantity; null for signals, which have no price. */
  readonly price: number | null
  readonly quantity: number
  readonly count: number
}

export interface Line {
  /** Points that the line was drawn from. */
  readonly records: number
  readonly times: readonly number[]
  readonly values: readonly number[]
}

export interface BuyAndHold {
  readonly symbol: string
  readonly topic: string
  readonly firstTime: number
  readonly lastTime: number
  readonly first: number
  readonly last: number
}

export interface ReportAccount {
  readonly account: string
  readonly currency: string
  readonly start: string
  readonly equity: string
  /** Share of the start; null where the start is not above 0. */
  readonly gain: number | null
  readonly realized: string
  readonly unrealized: string
  readonly fees: string
  readonly maxDrawdown: number
  readonly trades: TradeCounts | undefined
  /** Undefined where the account was never valued, and for accounts beyond those drawn. */
  readonly lines: { readonly equity: Line; readonly drawdown: Line } | undefined
}

/** A trade is a round trip: from no position to no position again. Fees are taken off. */
export interface TradeCounts {
  readonly trades: number
  readonly wins: number
  readonly gained: string
  readonly lost: string
  readonly best: string | null
  readonly worst: string | null
}

export interface ReportTrades extends TradeCounts {
  /** Round trips that have begun and not ended. */
  readonly open: number
}

export interface ReportPosition {
  readonly account: string
  readonly symbol: string
  readonly quantity: string
  readonly entryPrice: string | null
  readonly mark: string | null
  readonly notional: string | null
  readonly realized: string | null
  readonly unrealized: string | null
  readonly fees: string | null
}

export interface ReportOrders {
  readonly orders: number
  readonly byStatus: readonly Tally[]
  /** Why orders were rejected, cancelled or expired. */
  readonly reasons: readonly { readonly status: string; readonly tally: Tally }[]
  /** Not all of them. */
  readonly open: readonly OpenOrder[]
  readonly openCount: number
}

export interface OpenOrder {
  readonly order: string
  readonly account: string
  readonly symbol: string
  readonly side: number
  readonly type: string
  readonly role: string
  readonly status: string
  readonly quantity: string
  readonly filled: string
  readonly price: string | null
}

export interface ReportDecisions {
  readonly byVerdict: readonly Tally[]
  readonly rejected: readonly Tally[]
  readonly reduced: readonly Tally[]
}

export interface ReportFills {
  readonly account: string
  readonly symbol: string
  readonly fills: number
  readonly maker: number
  readonly bought: string
  readonly sold: string
  /** Sum of price x quantity. */
  readonly value: string
  readonly fees: string
  /**
   * What was paid beyond the middle of bid and ask, as a share of the value; null where the middle
   * is not known.
   */
  readonly beyondMid: number | null
}
