// Where a sign-in and a sign-out of an application may return to: two lists of addresses with the same four operations.
import { z } from 'zod'
import { updateApplication } from '../../directory/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { distinct, refuseRedirectUris, returnAddresses } from './application-fields.ts'

type AddressList = 'redirectUris' | 'logoutUris'

const body = z.strictObject({ urls: returnAddresses })
const listed = z.object({ urls: z.string().min(1).max(100_000) })

export const callbacksOperations = [
  operation({
    method: 'get',
    path: '/applications/{app_id}/auth_redirect_urls',
    operationId: 'getCallbackURLs',
    summary: 'Where a sign-in may return to.',
    scope: 'read:applications_redirect_uris',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: z.strictObject({ redirect_urls: z.array(z.string()) }),
    async handle({ path }, deps) {
      const { redirectUris } = await foundApplication(deps, path.app_id)
      return { redirect_urls: [...redirectUris] }
    },
  }),
  operation({
    method: 'post',
    path: '/applications/{app_id}/auth_redirect_urls',
    operationId: 'addRedirectCallbackURLs',
    summary: 'Adds addresses that a sign-in may return to.',
    scope: 'create:applications_redirect_uris',
    organizationBound: 'refused',
    query: noQuery,
    body,
    answer: doneSchema,
    handle: ({ path, body: { urls } }, deps) =>
      changed(path.app_id, 'redirectUris', deps, (known) => [...known, ...urls]),
  }),
  operation({
    method: 'put',
    path: '/applications/{app_id}/auth_redirect_urls',
    operationId: 'replaceRedirectCallbackURLs',
    summary: 'Replaces all addresses that a sign-in may return to.',
    scope: 'update:applications_redirect_uris',
    organizationBound: 'refused',
    query: noQuery,
    body,
    answer: doneSchema,
    handle: ({ path, body: { urls } }, deps) => changed(path.app_id, 'redirectUris', deps, () => urls),
  }),
  operation({
    method: 'delete',
    path: '/applications/{app_id}/auth_redirect_urls',
    operationId: 'deleteCallbackURLs',
    summary: 'Removes addresses that a sign-in may return to: `urls`, separated by commas.',
    scope: 'delete:applications_redirect_uris',
    organizationBound: 'refused',
    query: listed,
    body: noBody,
    answer: doneSchema,
    handle: ({ path, query: { urls } }, deps) =>
      changed(path.app_id, 'redirectUris', deps, (known) => without(known, urls)),
  }),
  operation({
    method: 'get',
    path: '/applications/{app_id}/auth_logout_urls',
    operationId: 'getLogoutURLs',
    summary: 'Where a sign-out may return to.',
    scope: 'read:application_logout_uris',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ logout_urls: z.array(z.string()) }),
    async handle({ path }, deps) {
      const { logoutUris } = await foundApplication(deps, path.app_id)
      return ok({ logout_urls: [...logoutUris] })
    },
  }),
  operation({
    method: 'post',
    path: '/applications/{app_id}/auth_logout_urls',
    operationId: 'addLogoutRedirectURLs',
    summary: 'Adds addresses that a sign-out may return to.',
    scope: 'create:application_logout_uris',
    organizationBound: 'refused',
    query: noQuery,
    body,
    answer: doneSchema,
    handle: ({ path, body: { urls } }, deps) =>
      changed(path.app_id, 'logoutUris', deps, (known) => [...known, ...urls]),
  }),
  operation({
    method: 'put',
    path: '/applications/{app_id}/auth_logout_urls',
    operationId: 'replaceLogoutRedirectURLs',
    summary: 'Replaces all addresses that a sign-out may return to.',
    scope: 'update:application_logout_uris',
    organizationBound: 'refused',
    query: noQuery,
    body,
    answer: doneSchema,
    handle: ({ path, body: { urls } }, deps) => changed(path.app_id, 'logoutUris', deps, () => urls),
  }),
  operation({
    method: 'delete',
    path: '/applications/{app_id}/auth_logout_urls',
    operationId: 'deleteLogoutURLs',
    summary: 'Removes addresses that a sign-out may return to: `urls`, separated by commas.',
    scope: 'delete:application_logout_uris',
    organizationBound: 'refused',
    query: listed,
    body: noBody,
    answer: doneSchema,
    handle: ({ path, query: { urls } }, deps) =>
      changed(path.app_id, 'logoutUris', deps, (known) => without(known, urls)),
  }),
]

async function changed(
  clientId: string,
  list: AddressList,
  deps: HandlerDeps,
  next: (known: readonly string[]) => readonly string[],
): Promise<z.input<typeof doneSchema>> {
  const catalog = await deps.store.directory.catalog()
  const before: ApplicationRecord = await foundApplication(deps, clientId)
  if (list === 'redirectUris') refuseRedirectUris(before)
  await updateApplication(before, { [list]: distinct(next(before[list])) }, catalog, deps)
  return ok({})
}

/** A URI may hold a comma itself: the whole text counts as one, too. An address that is not listed is gone already. */
function without(known: readonly string[], text: string): string[] {
  const removed = new Set([text, ...text.split(',').map((uri) => uri.trim())])
  return known.filter((uri) => !removed.has(uri))
}
