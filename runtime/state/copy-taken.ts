// Another worker of this process has opened the slot, and with it the local copy of its state.
export class CopyTaken extends Error {
  override readonly name = 'CopyTaken'
}
