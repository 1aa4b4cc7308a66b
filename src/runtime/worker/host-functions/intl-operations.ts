// One row per question about Intl, by the name under which the guest asks it: how Node answers it, and what its values
// must be. Numbers come as text: they may be NaN, infinite, minus zero or a BigInt, which JSON cannot carry.
import * as z from 'zod'

export const intlRequestSchema = z.strictObject({
  locales: z.array(z.string().max(64)).max(16),
  options: z.record(z.string().max(64), z.union([z.string().max(64), z.number(), z.boolean()])),
  values: z.array(z.union([z.string(), z.number(), z.array(z.string())])).max(4),
})

export type IntlRequest = z.infer<typeof intlRequestSchema>

export type IntlService =
  | Intl.DateTimeFormat
  | Intl.NumberFormat
  | Intl.PluralRules
  | Intl.RelativeTimeFormat
  | Intl.ListFormat
  | Intl.Collator
  | Intl.DisplayNames

type Options = IntlRequest['options']
type Value = IntlRequest['values'][number] | undefined
type Answer = (formatter: () => IntlService, request: IntlRequest) => unknown

const timeSchema = z.number().min(-8.64e15).max(8.64e15)
const numericSchema = z
  .string()
  .max(400)
  .regex(/^(?:NaN|-?Infinity|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,4})?)$/i)
const integerSchema = z
  .string()
  .max(400)
  .regex(/^-?\d{16,}$/)
const textSchema = z.string().max(65_536)
const codeSchema = z.string().max(128)
const listSchema = z.array(textSchema).max(1_000)
const unitSchema = z.enum(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'])

const displayTypeSchema = z.enum(['language', 'region', 'script', 'currency', 'calendar', 'dateTimeField'])

export const intlServices: Readonly<Record<string, (locales: string[], options: Options) => IntlService>> = {
  DateTimeFormat: (locales, options) => new Intl.DateTimeFormat(locales, options),
  NumberFormat: (locales, options) => new Intl.NumberFormat(locales, options),
  PluralRules: (locales, options) => new Intl.PluralRules(locales, options),
  RelativeTimeFormat: (locales, options) => new Intl.RelativeTimeFormat(locales, options),
  ListFormat: (locales, options) => new Intl.ListFormat(locales, options),
  Collator: (locales, options) => new Intl.Collator(locales, options),
  DisplayNames: (locales, options) => {
    const type = displayTypeSchema.safeParse(options['type'])
    if (!type.success) throw new TypeError('Intl.DisplayNames: the option "type" is missing or not known')
    return new Intl.DisplayNames(locales, { ...options, type: type.data })
  },
}

export const intlOperations: Readonly<Record<string, Answer>> = {
  'DateTimeFormat.format': dates((format, [at]) => format.format(time(at))),
  'DateTimeFormat.formatToParts': dates((format, [at]) => format.formatToParts(time(at))),
  'DateTimeFormat.formatRange': dates((format, [from, to]) => format.formatRange(time(from), time(to))),
  'NumberFormat.format': numbers((format, [value]) => format.format(numeric(value))),
  'NumberFormat.formatToParts': numbers((format, [value]) => format.formatToParts(numeric(value))),
  'NumberFormat.formatRange': numbers((format, [from, to]) => format.formatRange(numeric(from), numeric(to))),
  'PluralRules.select': (formatter, { values }) =>
    of(Intl.PluralRules, formatter()).select(Number(numeric(values[0]))),
  'RelativeTimeFormat.format': (formatter, { values }) =>
    of(Intl.RelativeTimeFormat, formatter()).format(Number(numeric(values[0])), unit(values[1])),
  'RelativeTimeFormat.formatToParts': (formatter, { values }) =>
    of(Intl.RelativeTimeFormat, formatter()).formatToParts(Number(numeric(values[0])), unit(values[1])),
  'ListFormat.format': (formatter, { values }) =>
    of(Intl.ListFormat, formatter()).format(listSchema.parse(values[0])),
  'Collator.compare': (formatter, { values }) =>
    of(Intl.Collator, formatter()).compare(text(values[0]), text(values[1])),
  'DisplayNames.of': (formatter, { values }) =>
    of(Intl.DisplayNames, formatter()).of(codeSchema.parse(values[0])),
  ...resolvedOptionsOfEach(),
  'Date.toLocaleString': (_, { locales, options, values }) =>
    new Date(time(values[0])).toLocaleString(locales, options),
  'Date.toLocaleDateString': (_, { locales, options, values }) =>
    new Date(time(values[0])).toLocaleDateString(locales, options),
  'Date.toLocaleTimeString': (_, { locales, options, values }) =>
    new Date(time(values[0])).toLocaleTimeString(locales, options),
  'String.toLocaleUpperCase': (_, { locales, values }) => text(values[0]).toLocaleUpperCase(locales),
  'String.toLocaleLowerCase': (_, { locales, values }) => text(values[0]).toLocaleLowerCase(locales),
  'Intl.getCanonicalLocales': (_, { values }) => Intl.getCanonicalLocales(locales(values[0])),
  'Intl.supportedLocalesOf': (_, { values }) => Intl.DateTimeFormat.supportedLocalesOf(locales(values[0])),
}

/** Asked by each constructor, so that wrong locales and options throw where they are given. */
function resolvedOptionsOfEach(): Record<string, Answer> {
  return Object.fromEntries(
    Object.keys(intlServices).map((service) => [
      `${service}.resolvedOptions`,
      (formatter: () => IntlService) => formatter().resolvedOptions(),
    ]),
  )
}

function dates(answer: (format: Intl.DateTimeFormat, values: readonly Value[]) => unknown): Answer {
  return (formatter, { values }) => answer(of(Intl.DateTimeFormat, formatter()), values)
}

function numbers(answer: (format: Intl.NumberFormat, values: readonly Value[]) => unknown): Answer {
  return (formatter, { values }) => answer(of(Intl.NumberFormat, formatter()), values)
}

/** The formatter of a row is of the row's own service; said to the compiler by checking it. */
function of<Service extends IntlService>(
  service: abstract new (...rest: never[]) => Service,
  made: IntlService,
): Service {
  if (made instanceof service) return made
  throw new TypeError('The formatter is of another kind')
}

function time(value: Value): number {
  const parsed = timeSchema.safeParse(value)
  if (!parsed.success) throw new RangeError('Invalid time value')
  return parsed.data
}

/** A whole number of more digits than a double keeps stays a BigInt. */
function numeric(value: Value): number | bigint {
  const digits = numericSchema.parse(value)
  return integerSchema.safeParse(digits).success ? BigInt(digits) : Number(digits)
}

function text(value: Value): string {
  return textSchema.parse(value)
}

function locales(value: Value): string[] {
  return z.array(z.string().max(64)).max(16).parse(value)
}

function unit(value: Value): z.infer<typeof unitSchema> {
  const parsed = unitSchema.safeParse(typeof value === 'string' ? value.replace(/s$/, '') : value)
  if (!parsed.success) throw new RangeError('Invalid unit argument for Intl.RelativeTimeFormat')
  return parsed.data
}
