// How Kinde's ids and secrets look (C§2, C§8), for what takes them from outside: mintage.yaml and imports.

export const userIdForm = /^kp_[0-9a-z_]{1,60}$/
export const organizationCodeForm = /^org_[a-z0-9_]{1,60}$/
export const clientIdForm = /^[0-9a-f]{32}$/
export const clientSecretForm = /^[a-zA-Z0-9]{40,60}$/
