// The rules that expressions are held to: a diagnostic's code and what holds where it is not
// reported.

export const expressionRules = {
  'expression-expected': 'A value that must be an expression is one.',
  'expression-syntax': 'An expression is spelt in the language of expressions.',
  'expression-split-by-comma': 'No expression in flow style is cut by its own comma.',
  'fields-exist': 'A name in an expression is a field of the input or a sibling.',
  'functions-known': 'A function that is called exists.',
  'parameters-known': 'A parameter that is named is declared.',
  'types-agree': 'Operands, arguments and results have types that go together.',
  'nulls-handled': 'A value that may be null is used only where null is taken care of.',
  'stateful-in-place': 'Stateful functions stand where every record of the key passes.',
  'constants-constant': 'A constant argument is a literal or a parameter, and within its bounds.',
  'siblings-acyclic': 'Entries that refer to each other form no cycle.',
  'names-unique': 'A new field has a name of its own.',
} as const

export type ExpressionRule = keyof typeof expressionRules
