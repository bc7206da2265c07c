// The account of a command that means all of them, see trading/Control; and in the gate the key of
// what concerns no single account.
export const EVERY_ACCOUNT = '*'
