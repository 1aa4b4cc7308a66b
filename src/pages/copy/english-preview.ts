// The English words of the pages of a preview.

export const englishPreview = {
  title: 'Preview a new version',
  lead: (application: string) =>
    `You were invited to sign in to ${application} with a version that is not live yet. Enter the password of the preview to continue.`,
  password: 'Password of the preview',
  hint: 'Not your own password: the people who invited you have it.',
  submit: 'Continue',
  deployment: 'Deployment',
  problems: {
    tooManyAttempts: 'There were too many attempts. Wait a few minutes, then try again.',
  },
  goneTitle: "This preview isn't available",
  gone: 'It was withdrawn, or the link is wrong. Ask the people who invited you for a new link. You were not signed in.',
}
