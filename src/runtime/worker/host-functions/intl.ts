// Answers what the guest asks of `Intl`: pure questions about locales, dates and numbers, answered by Node's own Intl.
// The arguments come from the guest and are parsed as such; every failure is an envelope with only name and message.
// Defaults do not depend on the machine: locale en-US, time zone UTC. Formatters are kept, a bounded number of them.
import {
  intlOperations,
  intlRequestSchema,
  intlServices,
  type IntlRequest,
  type IntlService,
} from './intl-operations.ts'

const maxArgumentsLength = 262_144
const maxFormatters = 64

const formatters = new Map<string, IntlService>()

/** `spend` is called before a formatter is made and throws when the run has made enough of them. */
export function answerIntl(operation: string, argumentsJson: string, spend: () => void): string {
  try {
    return JSON.stringify({ ok: true, value: answer(operation, parseRequest(argumentsJson), spend) })
  } catch (error) {
    const { name, message } = describe(error)
    return JSON.stringify({ ok: false, name, message })
  }
}

function answer(operation: string, request: IntlRequest, spend: () => void): unknown {
  const answerOf = Object.hasOwn(intlOperations, operation) ? intlOperations[operation] : undefined
  if (answerOf === undefined) throw new TypeError(`Intl has no ${operation.slice(0, 64)}`)
  // Each of these makes a formatter of its own inside Node.
  if (operation.startsWith('Date.')) spend()
  return answerOf(() => formatterFor(operation.split('.')[0] ?? '', request, spend), withDefaults(request))
}

function parseRequest(argumentsJson: string): IntlRequest {
  if (argumentsJson.length > maxArgumentsLength) throw new RangeError('The arguments are too long')
  return intlRequestSchema.parse(JSON.parse(argumentsJson))
}

function withDefaults(request: IntlRequest): IntlRequest {
  return {
    locales: request.locales.length === 0 ? ['en-US'] : request.locales,
    options: { timeZone: 'UTC', ...request.options },
    values: request.values,
  }
}

function formatterFor(service: string, request: IntlRequest, spend: () => void): IntlService {
  const key = JSON.stringify([service, request.locales, request.options])
  const known = formatters.get(key)
  if (known !== undefined) return known
  const make = Object.hasOwn(intlServices, service) ? intlServices[service] : undefined
  if (make === undefined) throw new TypeError(`Intl has no ${service.slice(0, 64)}`)
  spend()
  const { locales, options } = withDefaults(request)
  const made = make(locales, options)
  const [oldest] = formatters.keys()
  if (formatters.size >= maxFormatters && oldest !== undefined) formatters.delete(oldest)
  formatters.set(key, made)
  return made
}

/** Intl's own errors speak only of the arguments. Of any other error the guest learns only that the arguments were wrong. */
function describe(error: unknown): { name: string; message: string } {
  if (error instanceof RangeError || error instanceof TypeError) {
    return { name: error.name, message: error.message.slice(0, 256) }
  }
  return { name: 'TypeError', message: 'The arguments of an Intl function are not valid' }
}
