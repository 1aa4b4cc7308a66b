// Whether a property name can stand after a dot, as paths and shown objects write it.
import { charCodeAt } from './primordials.ts'

export function isIdentifier(name: string): boolean {
  if (name === '' || name.length > 128) return false
  for (let index = 0; index < name.length; index++) {
    const code = charCodeAt(name, index)
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36
    if (!letter && (index === 0 || code < 48 || code > 57)) return false
  }
  return true
}
