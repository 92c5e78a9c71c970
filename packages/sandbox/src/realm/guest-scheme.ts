/** What the file names of guest scripts start with; frames without it are not shown to guests. */
export const GUEST_SCHEME = 'bundle:'
