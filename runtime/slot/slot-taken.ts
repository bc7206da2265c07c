// Another worker opened the slot, and committed, while this one was reading where it stands.
export class SlotTaken extends Error {
  override readonly name = 'SlotTaken'

  constructor(slot: number) {
    super(`another worker has taken slot ${slot}`)
  }
}
