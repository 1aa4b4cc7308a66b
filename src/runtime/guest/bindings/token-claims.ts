// kinde.accessToken, kinde.idToken, kinde.m2mToken (C§6.2, C§6.4).
import type { Guest } from '../run-state.ts'
import { claimsBinding } from './claims.ts'

export const accessToken = (guest: Guest): object => claimsBinding(guest, 'accessToken')
export const idToken = (guest: Guest): object => claimsBinding(guest, 'idToken')
export const m2mToken = (guest: Guest): object => claimsBinding(guest, 'm2mToken')
