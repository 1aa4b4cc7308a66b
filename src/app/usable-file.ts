// What mintage.yaml declares has to work: the engine is asked about each application before anything is written, so that no file is
// taken whose client then fails at every request. The schema has found most of it by then; this is the engine's own word.
import { join } from 'node:path'
import { refuseMintageFile, type MintageFile, type ValueProblem } from '../config/index.ts'
import { declaredApplications, managementAudience, withIssuer, type ApplyDeps } from '../directory/index.ts'
import { egressPolicy } from '../net/index.ts'
import { claimsRulesProblems } from '../tokens/index.ts'
import { projectFileName } from './project-file.ts'
import { readProjectImages } from './project-images.ts'
import type { ServerSettings } from './server-settings.ts'

export type ProjectPlace = Pick<ServerSettings, 'projectDir' | 'isProduction'>

/** Resolves to the pictures that the file names, by their paths there. Rejects with MintageFileError. */
export async function usableFile(
  file: MintageFile,
  { projectDir, isProduction }: ProjectPlace,
  deps: Pick<ApplyDeps, 'issuer' | 'random' | 'now'>,
): Promise<Required<Pick<ApplyDeps, 'images'>>> {
  const { images, problems: ofImages } = await readProjectImages(file, projectDir)
  const problems = [
    ...ofImages,
    ...(await applicationProblems(file, deps)),
    ...audienceProblems(file, deps),
    ...domainProblems(file, deps),
    ...claimsProblems(file),
    ...(await webhookProblems(file, isProduction, deps)),
  ]
  if (problems.length > 0) await refuseMintageFile(join(projectDir, projectFileName), problems)
  return { images }
}

async function applicationProblems(
  file: MintageFile,
  deps: Pick<ApplyDeps, 'issuer' | 'random' | 'now'>,
): Promise<ValueProblem[]> {
  const declared = declaredApplications({ file, ...deps })
  if (declared.length === 0) return []
  const { clientProblems } = await import('./answering.ts')
  const keyOf = new Map(declared.map(({ key, application }) => [application, key]))
  const applications = declared.map(({ application }) => application)
  return clientProblems(applications, deps.issuer).map(({ application, field, reason }) => {
    const place = ['applications', keyOf.get(application) ?? '', ...(field === undefined ? [] : [field])]
    return { path: place, message: `${place.join('.')}: ${reason}.` }
  })
}

/** `${issuer}/api` may also be written out, and only now is it known what that is. */
function audienceProblems({ apis }: MintageFile, { issuer }: Pick<ApplyDeps, 'issuer'>): ValueProblem[] {
  return Object.entries(apis).flatMap(([key, { audience }]) => {
    if (withIssuer(audience, { issuer }) !== managementAudience(issuer)) return []
    const path = ['apis', key, 'audience']
    return [{ path, message: `${path.join('.')}: the management API has this audience.` }]
  })
}

/** By the rules of the management API. No message shows an address: its path or query may be a secret. */
async function webhookProblems(
  { webhooks, settings }: MintageFile,
  isProduction: boolean,
  deps: Pick<ApplyDeps, 'issuer'>,
): Promise<ValueProblem[]> {
  const declared = Object.entries(webhooks)
  if (declared.length === 0) return []
  const { endpointProblem } = await import('../webhooks/index.ts')
  const policy = egressPolicy(settings.egress.allow, { isLoopbackAllowed: !isProduction })
  return declared.flatMap(([key, { url }]) => {
    const problem = endpointProblem(withIssuer(url, deps), policy)
    const path = ['webhooks', key, 'url']
    return problem === undefined ? [] : [{ path, message: `${path.join('.')}: ${problem}.` }]
  })
}

/** The issuer's own address comes from the command line, so only now is it known that a custom domain is the same. */
function domainProblems({ settings }: MintageFile, { issuer }: Pick<ApplyDeps, 'issuer'>): ValueProblem[] {
  const { host } = new URL(issuer)
  return settings.customDomains.flatMap((domain, index) =>
    new URL(domain).host === host
      ? [
          {
            path: ['settings', 'customDomains', index],
            message: `settings.customDomains[${String(index)}]: ${host} is the host of the issuer itself.`,
            hint: 'Remove it: list only the other addresses.',
          },
        ]
      : [],
  )
}

function claimsProblems({ settings, applications }: MintageFile): ValueProblem[] {
  const given = [
    { at: ['settings', 'claims'], rules: settings.claims },
    ...Object.entries(applications).map(([key, { claims }]) => ({
      at: ['applications', key, 'claims'],
      rules: claims,
    })),
  ]
  return given.flatMap(({ at, rules }) =>
    (rules ? claimsRulesProblems(rules) : []).map(({ path, message }) => {
      const place = [...at, ...path]
      return {
        path: place,
        message: `${place.join('.')}: ${message}.`,
        hint: 'Write a JSON Schema (2020-12).',
      }
    }),
  )
}
