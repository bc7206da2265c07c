// Who asks, and what they may: a viewer reads, an operator also sends dead letters again, a trader
// also gives commands to the desk.
export const ROLES = ['viewer', 'operator', 'trader'] as const
export type Role = (typeof ROLES)[number]

export interface Caller {
  /** As the audit topic names it. */
  readonly name: string
  readonly role: Role
}

/** Each role may what those before it may. */
export function mayDo({ role }: Caller, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}
