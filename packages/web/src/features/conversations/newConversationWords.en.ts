/** Words of the screen "new", and of the search for people, in English. */

export const newConversationWordsEn = {
  title: "New conversation",
  person: "Who do you want to talk to?",
  personHint: "Type the beginning of a name or username.",
  personNone: "Nobody found. A full username may find them.",
  /** All people found are already members, or are already chosen. */
  personAlready: "Everyone found is in already.",
  talk: "Talk",
  notesAct: "Open notes to self",
  notesHint: "A place that only you can see.",
  inviteHint: "With a link that makes one account.",
  kind: "Kind",
  group: "Group",
  groupHint: "Only for people who are added.",
  channel: "Channel",
  channelHint: "Anyone here can find and join it.",
  name: "Name",
  members: "Members",
  membersHint: "You can add more later.",
  memberAway: "One of these people can’t be added.",
  add: "Add",
  remove: "Remove",
  create: "Create",
  tabs: { person: "One person", room: "Several", channels: "Find channels" },
  channelsFilter: "Channel name",
  bannedFromChannel: "You are banned from this channel. Its owners and admins can lift the ban.",
  channelsNone: "There are no channels yet.",
  channelsNoneFor: (text: string) => `No channel begins with “${text}”.`,
  memberCount: (count: number) => (count === 1 ? "1 member" : `${count} members`),
  join: "Join",
  joinNamed: (title: string) => `Join ${title}`,
  open: "Open",
  openNamed: (title: string) => `Open ${title}`,
  found: (count: number) => (count === 1 ? "1 found" : `${count} found`),
  missingName: "Enter a name."
}

export type NewConversationWords = typeof newConversationWordsEn
