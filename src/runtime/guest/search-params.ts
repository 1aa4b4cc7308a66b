// The class URLSearchParams (WHATWG URL §6.2), written out because the engine's own accepts a string only and is not
// connected to URL. Pairs live in a WeakMap, out of the author's reach; a URL's own object writes every change back into
// the URL and reads the URL's query again when that has changed.
import { decodeForm, encodeForm, pairsFrom, type Pairs } from './form-text.ts'
import {
  arraySort,
  define,
  GuestTypeError,
  GuestWeakMap,
  newList,
  setPrototypeOf,
  StringOf,
  SymbolIterator,
  SymbolToStringTag,
  urlSearch,
  urlSetSearch,
  weakMapGet,
  weakMapHas,
  weakMapSet,
} from './primordials.ts'

interface Entry {
  pairs: Pairs
  /** The URL that these parameters belong to, and its query when they were last read or written. */
  url?: object
  search?: string
}

const entries = new GuestWeakMap<object, Entry>()

export function isSearchParams(value: unknown): value is object {
  return typeof value === 'object' && value !== null && weakMapHas(entries, value) === true
}

export function searchParamsText(params: object): string {
  return encodeForm(entryOf(params).pairs)
}

function entryOf(params: unknown): Entry {
  const entry: Entry | undefined = isSearchParams(params) ? weakMapGet(entries, params) : undefined
  if (entry === undefined) throw new GuestTypeError('Value of "this" must be of type URLSearchParams')
  if (entry.url !== undefined) {
    const search = StringOf(urlSearch(entry.url))
    if (search !== entry.search) {
      entry.search = search
      entry.pairs = decodeForm(search)
    }
  }
  return entry
}

function changed(entry: Entry, pairs: Pairs): void {
  entry.pairs = pairs
  if (entry.url === undefined) return
  const text = encodeForm(pairs)
  urlSetSearch(entry.url, text === '' ? '' : '?' + text)
  entry.search = StringOf(urlSearch(entry.url))
}

function matches(pair: { name: string; value: string }, name: string, value: string | undefined): boolean {
  return pair.name === name && (value === undefined || pair.value === value)
}

export class SearchParams {
  constructor(init?: unknown) {
    weakMapSet(entries, this, { pairs: isSearchParams(init) ? copy(entryOf(init).pairs) : pairsFrom(init) })
  }

  get size(): number {
    return entryOf(this).pairs.length
  }

  append(name: unknown, value: unknown): void {
    const entry = entryOf(this)
    const pairs = copy(entry.pairs)
    pairs[pairs.length] = { name: StringOf(name), value: StringOf(value) }
    changed(entry, pairs)
  }

  delete(name: unknown, value?: unknown): void {
    const entry = entryOf(this)
    const key = StringOf(name)
    const wanted = value === undefined ? undefined : StringOf(value)
    const kept = newList<{ name: string; value: string }>()
    for (let index = 0; index < entry.pairs.length; index++) {
      const pair = entry.pairs[index]
      if (pair !== undefined && !matches(pair, key, wanted)) kept[kept.length] = pair
    }
    changed(entry, kept)
  }

  get(name: unknown): string | null {
    const { pairs } = entryOf(this)
    const key = StringOf(name)
    for (let index = 0; index < pairs.length; index++) {
      const pair = pairs[index]
      if (pair !== undefined && pair.name === key) return pair.value
    }
    return null
  }

  getAll(name: unknown): string[] {
    const { pairs } = entryOf(this)
    const key = StringOf(name)
    const found: string[] = []
    for (let index = 0; index < pairs.length; index++) {
      const pair = pairs[index]
      if (pair !== undefined && pair.name === key) define(found, found.length, pair.value)
    }
    return found
  }

  has(name: unknown, value?: unknown): boolean {
    const { pairs } = entryOf(this)
    const key = StringOf(name)
    const wanted = value === undefined ? undefined : StringOf(value)
    for (let index = 0; index < pairs.length; index++) {
      const pair = pairs[index]
      if (pair !== undefined && matches(pair, key, wanted)) return true
    }
    return false
  }

  set(name: unknown, value: unknown): void {
    const entry = entryOf(this)
    const key = StringOf(name)
    const text = StringOf(value)
    const next = newList<{ name: string; value: string }>()
    let placed = false
    for (let index = 0; index < entry.pairs.length; index++) {
      const pair = entry.pairs[index]
      if (pair === undefined) continue
      if (pair.name !== key) next[next.length] = pair
      else if (!placed) {
        placed = true
        next[next.length] = { name: key, value: text }
      }
    }
    if (!placed) next[next.length] = { name: key, value: text }
    changed(entry, next)
  }

  sort(): void {
    const entry = entryOf(this)
    const sorted = copy(entry.pairs)
    arraySort(sorted, (left, right) => compareCodeUnits(left.name, right.name))
    changed(entry, sorted)
  }

  forEach(callback: (value: string, name: string, params: this) => void): void {
    for (let index = 0; index < entryOf(this).pairs.length; index++) {
      const pair = entryOf(this).pairs[index]
      if (pair !== undefined) callback(pair.value, pair.name, this)
    }
  }

  *entries(): Generator<[string, string]> {
    for (let index = 0; index < entryOf(this).pairs.length; index++) {
      const pair = entryOf(this).pairs[index]
      if (pair !== undefined) yield [pair.name, pair.value]
    }
  }

  *keys(): Generator<string> {
    for (let index = 0; index < entryOf(this).pairs.length; index++) {
      const pair = entryOf(this).pairs[index]
      if (pair !== undefined) yield pair.name
    }
  }

  *values(): Generator<string> {
    for (let index = 0; index < entryOf(this).pairs.length; index++) {
      const pair = entryOf(this).pairs[index]
      if (pair !== undefined) yield pair.value
    }
  }

  toString(): string {
    return encodeForm(entryOf(this).pairs)
  }
}

const searchParamsPrototype = SearchParams.prototype

/** Finishes the class: its name, its iterator, its tag. At install, before an author's code runs. */
export function prepareSearchParams(): void {
  define(SearchParams, 'name', 'URLSearchParams', false)
  define(searchParamsPrototype, SymbolIterator, searchParamsPrototype.entries, false)
  define(searchParamsPrototype, SymbolToStringTag, 'URLSearchParams', false)
}

/** The parameters of a URL: always the same object for the same URL. */
export function searchParamsOf(url: object, known: WeakMap<object, object>): object {
  const found: object | undefined = weakMapGet(known, url)
  if (found !== undefined) return found
  const search = StringOf(urlSearch(url))
  const params = {}
  setPrototypeOf(params, searchParamsPrototype)
  weakMapSet(entries, params, { pairs: decodeForm(search), url, search })
  weakMapSet(known, url, params)
  return params
}

function copy(pairs: Pairs): Pairs {
  const list = newList<{ name: string; value: string }>()
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]
    if (pair !== undefined) list[index] = pair
  }
  return list
}

function compareCodeUnits(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
