// Where the pages of a sign-in and of an account are. The addresses of the protocol are the issuer's.

export const interactionPath = '/interaction'

export const accountPath = '/account'

/** Where a sign-in for the account page ends. */
export const accountSignedInPath = '/account/signed-in'

export const changePasswordPath = '/account/password'

export const profilePath = '/account/profile'
export const organizationsPath = '/account/organizations'
export const organizationPath = '/account/organization'
export const invitePath = '/account/organization/invite'
export const withdrawInvitationPath = '/account/organization/withdraw-invitation'
export const memberPath = '/account/member'
export const sessionsPath = '/account/sessions'
export const deleteAccountPath = '/account/delete'
export const accountDeletedPath = '/account-deleted'

/** Kinde's path of the link that an application gives its user (C§9). */
export const portalPath = '/portal_redirect'

/** Where the engine's sign-out ends, and that of the account page. */
export const signedOutPath = '/logout/success'

/** The page that the link of a sign-up opens. */
export const finishSignUpPath = '/finish-sign-up'

/** The same as an action of a sign-in: it goes on where the sign-up began. */
export const finishSignUpAction = 'finish-sign-up'
