// The English words of the beginning and the end of a sign-in as an application asks for them.

export const englishArrival = {
  /** By what the field takes. */
  credentialsWrong: {
    email: 'The email address or the password is incorrect. Check both and try again.',
    username: 'The username or the password is incorrect. Check both and try again.',
    phone: 'The phone number or the password is incorrect. Check both and try again.',
  },
  connectionUnusable: {
    title: "You can't sign in this way",
    text: (application: string) =>
      `${application} asked for a way to sign in that isn't available. You can sign in another way.`,
    goOn: 'Sign in another way',
  },
  signedIn: {
    title: "You're signed in",
    text: (application: string) =>
      `${application} opens by itself. If it doesn't, use the button. Then you can close this page.`,
    open: (application: string) => `Open ${application}`,
  },
}
