// The English words of the links that an operator puts at the foot of each page.

export const englishLinks = {
  label: 'Help and terms',
  support: 'Support',
  terms: 'Terms',
  privacy: 'Privacy',
}
