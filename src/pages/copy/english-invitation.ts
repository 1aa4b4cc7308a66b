// The English words of invitations to an organization.

export const englishInvitation = {
  lead: (organization: string) => `You're invited to join ${organization}.`,
  emailHint: 'The invitation is for this address.',
  join: {
    title: (organization: string) => `Join ${organization}`,
    lead: (account: string) => `You're signed in as ${account}. Join to continue.`,
    submit: 'Join',
  },
  otherAddress: {
    title: 'This invitation is for another address',
    lead: (email: string) => `It was sent to ${email}. Sign in with that address to accept it.`,
    signedInAs: (account: string) => `You're signed in as ${account}.`,
    otherAccount: 'Use another account',
  },
  unusable: {
    title: "This invitation can't be used",
    text: 'It may have expired, been used already or been withdrawn. Ask the person who invited you for a new one. If you have joined already, sign in.',
    goOn: 'Sign in',
  },
}
