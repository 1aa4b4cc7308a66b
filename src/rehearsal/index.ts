import type { fuzz } from './fuzz.ts'

export { openArena } from './arena.ts'
export type { FuzzRequest, FuzzResult } from './fuzz.ts'

/** Loaded when it is used: a server does not need fast-check. */
export const loadFuzz = (): Promise<{ readonly fuzz: typeof fuzz }> => import('./fuzz.ts')
