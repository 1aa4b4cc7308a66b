// The elements of an iterable, as a list that nothing an author does can reach.
import { apply, GuestTypeError, isArray, newList, reflectGet, SymbolIterator } from '../primordials.ts'

/** Throws a TypeError with `message` for what cannot be iterated. A true array is read by index. */
export function elements(iterable: unknown, message: string): unknown[] {
  const list = newList<unknown>()
  if (isArray(iterable)) {
    for (let index = 0; index < iterable.length; index++) list[index] = iterable[index]
    return list
  }
  const iterate: unknown =
    typeof iterable === 'object' && iterable !== null ? reflectGet(iterable, SymbolIterator) : undefined
  if (typeof iterate !== 'function') throw new GuestTypeError(message)
  const iterator: { next: () => { done?: boolean; value: unknown } } = apply(iterate, iterable, [])
  for (let step = iterator.next(); step.done !== true; step = iterator.next()) list[list.length] = step.value
  return list
}
