// The functions of the prelude that the worker calls, as guest/host-functions.ts has them.
export const guestEntryNames = [
  'mount',
  'addStreams',
  'load',
  'inspect',
  'start',
  'deliverAnswer',
  'fireTimer',
  'stackOf',
] as const
export type GuestEntryName = (typeof guestEntryNames)[number]
