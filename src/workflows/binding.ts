// The capabilities that a workflow may declare (C§6.2), and which of them a deployment mounts. What a binding does is written on
// the two sides of the wall, in runtime/; here are only names.
import { nearest } from '../errors/index.ts'
import { isFired, triggersWith, type TriggerKey } from '../triggers/registry/index.ts'

interface BindingRow {
  readonly key: string
  /** Every trigger has it; the others are in the rows of the registry of triggers. */
  readonly everywhere?: true
  /** Mounted without being declared: Kinde's published examples need it so (C§6.13). */
  readonly always?: true
  /** For a binding of Kinde that Mintage has nothing to mount for: what to do without it. */
  readonly notOffered?: string
}

/** The bindings of C§6.2. Which trigger has which of them: its row in the registry. */
export const bindings = [
  { key: 'console', everywhere: true, always: true },
  { key: 'url', everywhere: true, always: true },
  { key: 'util', everywhere: true },
  { key: 'module', everywhere: true },
  { key: 'kinde.fetch', everywhere: true, always: true },
  { key: 'kinde.cache', everywhere: true, always: true },
  { key: 'kinde.secureFetch', everywhere: true },
  { key: 'kinde.env', everywhere: true },
  { key: 'kinde.localization', everywhere: true },
  { key: 'kinde.accessToken' },
  { key: 'kinde.idToken' },
  { key: 'kinde.m2mToken' },
  { key: 'kinde.auth' },
  { key: 'kinde.mfa', notOffered: 'there is no second factor' },
  { key: 'kinde.plan', notOffered: 'triggers about plans do not fire' },
  {
    key: 'kinde.widget',
    notOffered:
      'no workflow runs while a form is filled in; settings.passwords of mintage.yaml has rules for passwords',
  },
  {
    key: 'kinde.ssoSession',
    notOffered: 'settings.session of mintage.yaml says how long a session lasts',
  },
  {
    key: 'kinde.risk',
    everywhere: true,
    notOffered: 'no risk is scored; decide in the workflow and refuse with denyAccess(reason)',
  },
] as const satisfies readonly BindingRow[]

export interface IgnoredBinding {
  readonly binding: string
  /** A sentence without its subject, to follow the binding's name. */
  readonly reason: string
}

export interface MountedBindings {
  readonly mounted: readonly string[]
  readonly ignored: readonly IgnoredBinding[]
}

/**
 * What a deployment mounts: the always-mounted ones and those declared that its trigger allows; with `strictBindings`
 * only the declared ones. A declared binding that cannot be mounted is never an error: Kinde accepts such files.
 */
export function mountedBindings(
  declared: readonly string[],
  trigger: TriggerKey,
  { strictBindings = false }: { readonly strictBindings?: boolean } = {},
): MountedBindings {
  const mounted = bindings.filter((row: BindingRow) => {
    const wanted = declared.includes(row.key) || (row.always === true && !strictBindings)
    return wanted && whyNot(row, trigger) === undefined
  })
  const ignored = [...new Set(declared)].flatMap((binding) => {
    const row = bindings.find((known) => known.key === binding)
    const reason = row === undefined ? unknownBinding(binding) : whyNot(row, trigger)
    return reason === undefined ? [] : [{ binding, reason }]
  })
  return { mounted: mounted.map((row) => row.key), ignored }
}

function whyNot(row: BindingRow, trigger: TriggerKey): string | undefined {
  if (row.notOffered !== undefined)
    return `is a binding of Kinde that Mintage does not offer: ${row.notOffered}`
  const available = triggersWith(row.key)
  if (row.everywhere === true || available.includes(trigger)) return undefined
  return `is not available to ${trigger}, only to ${available.filter(isFired).join(', ')}`
}

const invented: Readonly<Record<string, string>> = {
  'kinde.user':
    'read event.context.user.id, and the rest of the user with createKindeAPI(event) from the management API',
  'kinde.organization': 'read event.context.organization?.code',
  'kinde.event': 'the event is the argument of the default function',
  'kinde.context': 'read event.context: the event is the argument of the default function',
  'kinde.request': 'read event.request: the event is the argument of the default function',
  'kinde.log': 'use console.log',
  'kinde.console': 'use "console"',
  'kinde.url': 'use "url"',
  'kinde.http': 'use "kinde.fetch"',
  'kinde.api': 'use createKindeAPI(event) of @kinde/infrastructure',
  'kinde.management': 'use createKindeAPI(event) of @kinde/infrastructure',
  'kinde.secrets': 'use "kinde.env": a secret is an environment variable',
  'kinde.crypto': 'use the global crypto',
  'kinde.denyAccess': 'use "kinde.auth", which has denyAccess(reason)',
  kinde: 'name each binding, such as "kinde.accessToken"',
}

function unknownBinding(binding: string): string {
  const advice = Object.hasOwn(invented, binding) ? invented[binding] : undefined
  if (advice !== undefined) return `is not a known binding: ${advice}`
  const keys = bindings.flatMap((row: BindingRow) => (row.notOffered === undefined ? [row.key] : []))
  const meant: BindingRow | undefined = bindings.find(({ key }) => key === `kinde.${binding}`)
  if (meant?.notOffered !== undefined)
    return `is not a known binding, and Mintage has no ${meant.key}: ${meant.notOffered}`
  const suggestion = meant?.key ?? nearest(binding, keys)
  return suggestion === undefined
    ? `is not a known binding; the bindings are ${keys.join(', ')}`
    : `is not a known binding; did you mean "${suggestion}"?`
}
