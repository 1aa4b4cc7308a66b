// The two pages of the playground, filled in from a browser's session, the record of its runs and the live project.
import { join, relative } from 'node:path'
import type { WorkflowError } from '../errors/index.ts'
import {
  comparisonId,
  playgroundLandingPage,
  playgroundResultPage,
  type FailureDetails,
  type HistoryEntry,
  type Language,
  type LiveDeploymentView,
  type PageView,
  type Way,
} from '../pages/index.ts'
import type { StoredInvocation } from '../store/index.ts'
import { workflowsOfTrigger, type ProjectStatus, type WorkflowDeployment } from '../workflows/index.ts'
import type { BrowserSession } from './browser-session.ts'
import { comparisonView } from './comparison-view.ts'
import { invocationView } from './invocation-view.ts'
import { otherOrganizations } from './other-organizations.ts'
import { issuedTokenView } from './token-view.ts'

export interface DemoUser {
  readonly identifier: string
  readonly password: string
}

export interface PageFacts {
  readonly session: BrowserSession
  readonly language: Language
  readonly project: ProjectStatus
  readonly demoUser: DemoUser | undefined
  readonly isSignUpAllowed: boolean
}

export function landingPage(facts: PageFacts): string {
  const { session, demoUser } = facts
  return playgroundLandingPage({
    ...shared(facts),
    signIn: post(session, 'sign-in'),
    ...signUp(facts),
    ...(demoUser && { demoUser }),
  })
}

/** `other` is the run to compare with. */
export function resultPage(
  facts: PageFacts,
  invocation: StoredInvocation | undefined,
  other: StoredInvocation | undefined,
): string {
  const { session } = facts
  const { tokens, failure } = session
  const comparison = invocation && other && comparisonView(invocation, other)
  const isLast = invocation?.id === session.lastInvocationId
  return playgroundResultPage({
    ...shared(facts),
    invocations: history(session, invocation, comparison && other),
    ...(tokens && { account: tokens.account }),
    ...(invocation && { invocation: invocationView(invocation) }),
    ...(comparison && { comparison }),
    // An earlier run's tokens are gone; only the last one's are at hand, and none when it ended in an error.
    ...(tokens &&
      isLast &&
      !failure && {
        issued: {
          accessToken: issuedTokenView(tokens.accessToken),
          idToken: issuedTokenView(tokens.idToken),
        },
      }),
    ...(failure && isLast && { error: failure }),
    actions: tokens
      ? {
          ...(tokens.refreshToken !== undefined && { refresh: post(session, 'refresh') }),
          silent: post(session, 'silent'),
          organizations: otherOrganizations(tokens).map(({ code, name }) => ({
            code,
            name,
            way: post(session, 'organization', { org_code: code }),
          })),
          ...signUp(facts),
          signOut: post(session, 'sign-out'),
        }
      : { start: post(session, 'sign-in'), ...signUp(facts) },
  })
}

function shared({ session, language, project }: PageFacts) {
  const live = liveDeployment(project)
  const [failure] = project.failures
  return {
    language,
    brand: { application: 'Mintage' },
    languageLinks: { en: '/playground?lang=en', de: '/playground?lang=de' },
    ...(live && { live }),
    ...(failure && { buildError: errorDetails(failure) }),
    neverRun: project.neverRun.map(errorDetails),
    invocations: history(session),
  } satisfies Partial<Parameters<typeof playgroundResultPage>[0]> & PageView
}

/** Each entry but the one shown leads to its comparison with that one. */
function history(
  { invocations }: BrowserSession,
  shown?: StoredInvocation,
  compared?: StoredInvocation,
): HistoryEntry[] {
  const way = (id: string) => `/playground/invocations/${id}`
  return invocations.map((entry) => ({
    ...entry,
    href: way(entry.id),
    ...(shown &&
      shown.id !== entry.id && {
        compare: {
          href: `${way(shown.id)}?with=${entry.id}#${comparisonId}`,
          isShown: entry.id === compared?.id,
        },
      }),
  }))
}

function signUp({ session, isSignUpAllowed }: PageFacts): { readonly signUp?: Way } {
  return isSignUpAllowed ? { signUp: post(session, 'sign-up') } : {}
}

function post(
  session: BrowserSession,
  action: string,
  hiddenFields: Readonly<Record<string, string>> = {},
): Way {
  const { csrfToken } = session
  return { kind: 'form', form: { action: `/playground/${action}`, csrfToken, hiddenFields } }
}

function liveDeployment({ dir, id, deployments }: ProjectStatus): LiveDeploymentView | undefined {
  const sequence = workflowsOfTrigger(deployments, 'user:tokens_generation')
  if (sequence === undefined) return undefined
  const [first, ...others] = sequence
  const shown = ({ file, manifest }: WorkflowDeployment) => ({
    file: relative('.', join(dir, file)),
    workflowId: manifest.id,
    failurePolicy: manifest.failurePolicy.action,
  })
  return { deploymentId: String(id), workflows: [shown(first), ...others.map(shown)] }
}

function errorDetails({ code, message, at, hint }: WorkflowError): FailureDetails {
  return { code, message, ...(at && { at }), ...(hint !== undefined && { hint }) }
}
