// What production refuses. Each rule names the setting and says why; the first that is broken ends the start, because a server that
// runs insecurely with a warning runs insecurely.
import { ConfigError } from '../errors/index.ts'
import { isLoopback, type ServerSettings } from './server-settings.ts'

interface Rule {
  readonly isBroken: (settings: ServerSettings) => boolean
  readonly message: string
  readonly hint: string
}

const rules: readonly Rule[] = [
  {
    isBroken: ({ isDemo }) => isDemo,
    message: 'The demo project has users, passwords and secrets that everybody knows.',
    hint: 'Name your own project with --project.',
  },
  {
    isBroken: ({ issuer }) => issuer === undefined,
    message: 'Production needs to know the address of the issuer: it goes into every token.',
    hint: 'Give it with --issuer https://… or MINTAGE_ISSUER.',
  },
  {
    isBroken: ({ issuer }) => issuer !== undefined && crossesTheNetworkInTheClear(issuer),
    message: 'The issuer is an http address: passwords and tokens would cross the network in the clear.',
    hint: 'Use an https address, with a proxy in front that ends TLS.',
  },
]

/** `domains`: the custom ones of mintage.yaml, in production. Throws ConfigError `setting_insecure`. */
export function refuseInsecureDomains(domains: readonly string[]): void {
  const insecure = domains.find(crossesTheNetworkInTheClear)
  if (insecure === undefined) return
  throw new ConfigError(
    'setting_insecure',
    `settings.customDomains: ${insecure} is an http address, so passwords and tokens would cross the network in the clear.`,
    { hint: 'Use an https address, with a proxy in front that ends TLS.' },
  )
}

function crossesTheNetworkInTheClear(issuer: string): boolean {
  return !issuer.startsWith('https:') && !isLoopback(new URL(issuer).hostname)
}

/** Throws ConfigError `setting_insecure`. Does nothing outside of production. */
export function refuseInsecureSettings(settings: ServerSettings): void {
  const broken = settings.isProduction ? rules.find((rule) => rule.isBroken(settings)) : undefined
  if (broken) throw new ConfigError('setting_insecure', broken.message, { hint: broken.hint })
}
