// The German words of invitations to an organization, in the polite form.
import type { englishInvitation } from './english-invitation.ts'

export const germanInvitation: typeof englishInvitation = {
  lead: (organization) => `Sie sind eingeladen, ${organization} beizutreten.`,
  emailHint: 'Die Einladung gilt für diese Adresse.',
  join: {
    title: (organization) => `${organization} beitreten`,
    lead: (account) => `Sie sind als ${account} angemeldet. Treten Sie bei, um fortzufahren.`,
    submit: 'Beitreten',
  },
  otherAddress: {
    title: 'Diese Einladung gilt für eine andere Adresse',
    lead: (email) => `Sie ging an ${email}. Melden Sie sich mit dieser Adresse an, um sie anzunehmen.`,
    signedInAs: (account) => `Sie sind als ${account} angemeldet.`,
    otherAccount: 'Anderes Konto verwenden',
  },
  unusable: {
    title: 'Diese Einladung gilt nicht mehr',
    text: 'Sie ist abgelaufen, wurde schon verwendet oder zurückgezogen. Bitten Sie die Person, die Sie eingeladen hat, um eine neue. Wenn Sie schon beigetreten sind, melden Sie sich an.',
    goOn: 'Anmelden',
  },
}
