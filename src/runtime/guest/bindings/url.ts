// URL.prototype.searchParams, which the engine's URL lacks: live in both directions, the same object for the same URL.
import { defineProperty, GuestTypeError, GuestWeakMap, urlPrototype } from '../primordials.ts'
import { builtinKind } from '../builtin-kind.ts'
import { searchParamsOf } from '../search-params.ts'

export function connectSearchParams(): void {
  const known = new GuestWeakMap<object, object>()
  defineProperty(urlPrototype, 'searchParams', {
    get(this: unknown): object {
      if (typeof this !== 'object' || this === null || builtinKind(this) !== 'URL') {
        throw new GuestTypeError('Value of "this" must be of type URL')
      }
      return searchParamsOf(this, known)
    },
    enumerable: true,
    configurable: true,
  })
}
