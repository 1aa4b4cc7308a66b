import type { fuzz } from './fuzz.ts'

export { openArena } from './arena.ts'
export type { FuzzRequest, FuzzResult } from './fuzz.ts'
export { fullPace, politePace } from './pace.ts'
export { rehearse } from './rehearse.ts'
export { rehearsalReportSchema, type RehearsalReport } from './report.ts'
export type { RehearsalRequest } from './request.ts'
export {
  giveUpRehearsal,
  rehearsalJobKind,
  requestRehearsal,
  runRehearsal,
  type StoredRehearsalDeps,
} from './stored-rehearsal.ts'

/** Loaded when it is used: a server does not need fast-check. */
export const loadFuzz = (): Promise<{ readonly fuzz: typeof fuzz }> => import('./fuzz.ts')
