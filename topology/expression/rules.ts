// The rules that the checker of expressions holds; docs/errors.md says what each means. Rules about
// the text and the entries of a block are reported where these are read.

export type ExpressionRule =
  | 'constants-constant'
  | 'fields-exist'
  | 'functions-known'
  | 'nulls-handled'
  | 'parameters-known'
  | 'stateful-in-place'
  | 'types-agree'
