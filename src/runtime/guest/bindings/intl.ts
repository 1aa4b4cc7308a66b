// Intl and the toLocale… methods. The engine has no locale data, so every question goes to the host as data (host half:
// worker/host-functions/intl.ts). The part that people use on dates and numbers; docs/reference/guest-surface.md lists it.
import {
  bigintValueOf,
  charCodeAt,
  dateGetTime,
  define,
  defineHiddenGetter,
  GuestRangeError,
  GuestTypeError,
  GuestWeakMap,
  isArray,
  jsonParse,
  numberToString,
  numberValueOf,
  objectCreate,
  ownKeys,
  quote,
  setPrototypeProperty,
  StringOf,
  stringSlice,
  stringToLowerCase,
  stringToUpperCase,
  SymbolToStringTag,
  weakMapGet,
  weakMapSet,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import {
  settingsJson,
  localesJson,
  timeJson,
  numericJson,
  textJson,
  relativeJson,
  listJson,
  type Settings,
} from './intl-arguments.ts'

type Ask = (operation: string, settings: Settings, values: string) => unknown

interface Service {
  readonly name: string
  /** May be called without `new`. */
  readonly callable: boolean
  /** How each method writes its arguments as JSON. */
  readonly methods: Readonly<Record<string, (rest: readonly unknown[]) => string>>
  /** The method that is a getter of a bound function, as the standard has it. */
  readonly bound?: string
}

const one = (write: (value: unknown) => string) => (rest: readonly unknown[]) => write(rest[0])
const two = (write: (value: unknown) => string) => (rest: readonly unknown[]) =>
  write(rest[0]) + ',' + write(rest[1])

const services: readonly Service[] = [
  {
    name: 'DateTimeFormat',
    callable: true,
    methods: { format: one(timeJson), formatToParts: one(timeJson), formatRange: two(timeJson) },
    bound: 'format',
  },
  {
    name: 'NumberFormat',
    callable: true,
    methods: { format: one(numericJson), formatToParts: one(numericJson), formatRange: two(numericJson) },
    bound: 'format',
  },
  { name: 'Collator', callable: true, methods: { compare: two(textJson) }, bound: 'compare' },
  { name: 'PluralRules', callable: false, methods: { select: one(numericJson) } },
  {
    name: 'RelativeTimeFormat',
    callable: false,
    methods: { format: relativeJson, formatToParts: relativeJson },
  },
  { name: 'ListFormat', callable: false, methods: { format: one(listJson) } },
  { name: 'DisplayNames', callable: false, methods: { of: one(textJson) } },
]

export function mountIntl({ host }: Guest): void {
  const ask: Ask = (operation, settings, values) => {
    const envelope: { ok: boolean; value: unknown; name: string; message: string } = jsonParse(
      host.intl(operation, '{' + settings + ',"values":[' + values + ']}'),
    )
    if (envelope.ok) return envelope.value
    throw envelope.name === 'RangeError'
      ? new GuestRangeError(envelope.message)
      : new GuestTypeError(envelope.message)
  }
  const intl = {}
  for (let index = 0; index < services.length; index++) {
    const service = services[index]
    if (service !== undefined) define(intl, service.name, serviceConstructor(ask, service), false)
  }
  define(
    intl,
    'getCanonicalLocales',
    (locales?: unknown) =>
      ask('Intl.getCanonicalLocales', settingsJson(undefined, undefined), localesJson(locales)),
    false,
  )
  define(intl, SymbolToStringTag, 'Intl', false)
  define(globalThis, 'Intl', intl, false)
  replaceMethods(ask)
}

function serviceConstructor(ask: Ask, service: Service): object {
  const { name } = service
  const made = new GuestWeakMap<object, Settings>()
  const prototype: object = objectCreate(Object.prototype)
  const settingsOf = (self: unknown): Settings => {
    const settings: Settings | undefined =
      typeof self === 'object' && self !== null ? weakMapGet(made, self) : undefined
    if (settings === undefined) throw new GuestTypeError('The receiver is not an Intl.' + name)
    return settings
  }
  const constructor = function (this: object, locales?: unknown, options?: unknown): object {
    if (new.target === undefined && !service.callable)
      throw new GuestTypeError('Constructor Intl.' + name + " requires 'new'")
    const self: object = new.target === undefined ? objectCreate(prototype) : this
    const settings = settingsJson(locales, options)
    ask(name + '.resolvedOptions', settings, '')
    weakMapSet(made, self, settings)
    return self
  }
  const methods = ownKeys(service.methods)
  for (let index = 0; index < methods.length; index++) {
    const method = StringOf(methods[index])
    const write = service.methods[method]
    if (write === undefined) continue
    const call = (settings: Settings, rest: readonly unknown[]): unknown =>
      ask(name + '.' + method, settings, write(rest))
    if (method === service.bound) {
      defineReceiverGetter(prototype, method, (self) => {
        const settings = settingsOf(self)
        return (...rest: unknown[]) => call(settings, rest)
      })
    } else {
      const unbound = function (this: unknown, ...rest: unknown[]): unknown {
        return call(settingsOf(this), rest)
      }
      define(prototype, method, unbound, false)
    }
  }
  const resolvedOptions = function (this: unknown): unknown {
    return ask(name + '.resolvedOptions', settingsOf(this), '')
  }
  define(prototype, 'resolvedOptions', resolvedOptions, false)
  define(prototype, 'constructor', constructor, false)
  define(prototype, SymbolToStringTag, 'Intl.' + name, false)
  setPrototypeProperty(constructor, prototype)
  define(constructor, 'name', name, false)
  const supportedLocalesOf = (locales?: unknown): unknown =>
    ask('Intl.supportedLocalesOf', settingsJson(undefined, undefined), localesJson(locales))
  define(constructor, 'supportedLocalesOf', supportedLocalesOf, false)
  return constructor
}

function defineReceiverGetter(target: object, name: string, read: (self: unknown) => unknown): void {
  defineHiddenGetter(target, name, function (this: unknown) {
    return read(this)
  })
}

function replaceMethods(ask: Ask): void {
  const dateMethod = (name: string) =>
    function (this: unknown, locales?: unknown, options?: unknown): unknown {
      const time = dateGetTime(this)
      if (time !== time) return 'Invalid Date'
      return ask('Date.' + name, settingsJson(locales, options), numberToString(time))
    }
  define(Date.prototype, 'toLocaleString', dateMethod('toLocaleString'), false)
  define(Date.prototype, 'toLocaleDateString', dateMethod('toLocaleDateString'), false)
  define(Date.prototype, 'toLocaleTimeString', dateMethod('toLocaleTimeString'), false)
  const numberMethod = (valueOf: (self: unknown) => unknown) =>
    function toLocaleString(this: unknown, locales?: unknown, options?: unknown): unknown {
      return ask('NumberFormat.format', settingsJson(locales, options), numericJson(valueOf(this)))
    }
  define(Number.prototype, 'toLocaleString', numberMethod(numberValueOf), false)
  define(BigInt.prototype, 'toLocaleString', numberMethod(bigintValueOf), false)
  const localeCompare = function (
    this: unknown,
    that?: unknown,
    locales?: unknown,
    options?: unknown,
  ): unknown {
    const left = textOf(this)
    const right = StringOf(that)
    if (left === right) return 0
    return ask('Collator.compare', settingsJson(locales, options), quote(left) + ',' + quote(right))
  }
  define(String.prototype, 'localeCompare', localeCompare, false)
  const caseMethod = (name: string, plain: (text: string) => string) =>
    function (this: unknown, locales?: unknown): unknown {
      const text = textOf(this)
      if (!hasOwnCaseRules(locales)) return plain(text)
      return ask('String.' + name, settingsJson(locales, undefined), quote(text))
    }
  define(String.prototype, 'toLocaleUpperCase', caseMethod('toLocaleUpperCase', stringToUpperCase), false)
  define(String.prototype, 'toLocaleLowerCase', caseMethod('toLocaleLowerCase', stringToLowerCase), false)
}

function textOf(self: unknown): string {
  if (self === undefined || self === null) throw new GuestTypeError('The receiver is not a string')
  return typeof self === 'string' ? self : StringOf(self)
}

/** Turkish, Azeri and Lithuanian are the locales with case rules of their own (Unicode SpecialCasing). */
function hasOwnCaseRules(locales: unknown): boolean {
  const first = isArray(locales) ? locales[0] : locales
  if (typeof first !== 'string') return false
  const language = stringToLowerCase(stringSlice(first, 0, 2))
  return (
    (language === 'tr' || language === 'az' || language === 'lt') &&
    (first.length === 2 || charCodeAt(first, 2) === 45)
  )
}
