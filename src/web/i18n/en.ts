const pluralRules = new Intl.PluralRules('en');
const numberFormat = new Intl.NumberFormat('en');

/** Formats a number with the singular or the plural of a noun. */
const pluralize = (n: number, singularForm: string, pluralForm: string) =>
  `${numberFormat.format(n)} ${pluralRules.select(n) === 'one' ? singularForm : pluralForm}`;

const errorTexts: Readonly<Record<string, string>> = {
  timeout: 'No answer came in time.',
  too_large: 'It is too long.',
  queue_full: 'Too much is waiting to be sent.',
  not_found: 'The message is no longer there.',
  forbidden: 'You may not do this.',
  rate_limited: 'Too many requests; wait a little.',
};

/** The texts of the page in English. */
export const en = {
  locale: 'en',
  app: 'Kaiwa',
  // The welcome page
  welcome: 'Welcome',
  welcomeText: 'Choose a name and start to talk.',
  welcomeRoom: (room: string) => `You are about to enter #${room}.`,
  yourName: 'Your name',
  yourNameHint: 'This is what others see. You can change it later.',
  welcomeTokenText: 'Show your token and start to talk.',
  yourToken: 'Your token',
  yourTokenHint: 'It comes from where you sign in: three parts with dots between them.',
  storedInTab: 'Your token stays in this tab, until you close it or sign out.',
  start: 'Start',
  storedInBrowser:
    'Your name and a secret key stay in this browser, so that you are the same person next time.',
  // The connection
  connected: 'Connected',
  connecting: 'Connecting…',
  reconnecting: 'Connection lost',
  closed: 'Not connected',
  retryIn: (when: string) => `Next try ${when}`,
  retrying: 'Trying again…',
  tryNow: 'Try now',
  offlineText: 'What you write is kept, and sent as soon as there is a connection.',
  reload: 'Reload',
  expired: 'Your token has expired.',
  unverified: 'Either the chat cannot be reached, or your token is wrong or has expired.',
  changeToken: 'Give another token',
  confirmUserSwitch: 'This address signs you in as another person. Go on as them?',
  signOut: 'Sign out',
  // The rooms
  rooms: 'Rooms',
  openRooms: 'Show rooms',
  close: 'Close',
  unread: (n: number) => pluralize(n, 'unread message', 'unread messages'),
  joinRoom: 'Join or open a room',
  joinRoomHint: 'Letters a–z, digits and hyphens',
  join: 'Join',
  leave: 'Leave room',
  changeName: 'Change your name',
  save: 'Save',
  cancel: 'Cancel',
  roomRejected: 'The server did not let you into this room.',
  // The members
  memberCount: (n: string) => `People (${n})`,
  membersHere: 'Here now',
  showMembers: (n: string) => `Show who is here: ${n}`,
  you: 'you',
  showMore: 'Show more',
  // The messages
  messages: (room: string) => `Messages in ${room}`,
  loading: 'Loading messages…',
  emptyRoom: 'It is quiet here',
  emptyRoomText: 'Say something, or share this address to invite others:',
  newDivider: 'New',
  newMessages: (n: number) => pluralize(n, 'new message', 'new messages'),
  jumpToLatest: 'To the newest messages',
  edited: 'edited',
  deleted: 'This message was deleted.',
  typing: (names: string[], list: string) => `${list} ${names.length === 1 ? 'is' : 'are'} typing…`,
  severalTyping: 'Several people are typing…',
  readBy: (list: string) => `Read by ${list}`,
  authorLabel: (name: string) => `${name}:`,
  inReplyTo: (name: string) => `answering ${name}:`,
  showQuoted: 'Show the message that this one answers',
  messageNotFound: 'A message that is no longer there',
  unknownUser: 'somebody',
  reaction: (emoji: string, n: number, list: string) =>
    `${emoji} ${numberFormat.format(n)}: ${list}`,
  // The actions of a message
  actions: 'Actions',
  react: 'React',
  reactWith: (emoji: string) => `React with ${emoji}`,
  reply: 'Reply',
  edit: 'Edit',
  delete: 'Delete',
  deleteTitle: 'Delete this message?',
  deleteText: 'It will be gone for everyone.',
  sending: 'Sending…',
  notSent: 'Not sent.',
  notSaved: 'Not saved.',
  tryAgain: 'Try again',
  discard: 'Discard',
  editing: 'Change your message',
  // The composer
  composerLabel: (room: string) => `Message #${room}`,
  send: 'Send',
  replyingTo: (name: string) => `Answering ${name}`,
  cancelReply: 'Do not answer',
  characterCount: (n: string, most: string) => `${n} of ${most} characters`,
  today: 'Today',
  yesterday: 'Yesterday',
  errorTexts,
};

/** The texts of the page in any language. */
export type Texts = {
  readonly [K in keyof typeof en]: (typeof en)[K] extends string ? string : (typeof en)[K];
};
