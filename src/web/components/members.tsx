import { formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';

interface MembersButtonProps {
  readonly chat: ChatStore;
  readonly isOpen: boolean;
  readonly onClick: () => void;
}

/** The button that shows the number of members and opens their list. */
export function MembersButton({ chat, isOpen, onClick }: MembersButtonProps) {
  const label = t.showMembers(formatMemberCount(chat));
  return (
    <button
      type="button"
      class="icon-button count"
      aria-label={label}
      title={label}
      aria-expanded={isOpen}
      onClick={onClick}
    >
      <Icon name="members" />
      {chat.currentRoom.memberList.members.length > 0 && formatMemberCount(chat)}
    </button>
  );
}

/** Formats the number of known members, with a plus if the server has more. */
function formatMemberCount({ currentRoom: { memberList } }: ChatStore): string {
  return `${formatNumber(memberList.members.length)}${memberList.hasMore ? '+' : ''}`;
}

/** The list of the members of the shown room. */
export function MemberPanel({ chat }: { readonly chat: ChatStore }) {
  const { memberList } = chat.currentRoom;
  return (
    <div class="members">
      <h2>{t.memberCount(formatMemberCount(chat))}</h2>
      <ul>
        {memberList.members.map((member) => (
          <li key={member.userId}>
            <Avatar user={member} isSmall />
            <bdi class="member-name">{member.name}</bdi>
            {member.userId === chat.self?.userId && <span class="hint">{t.you}</span>}
          </li>
        ))}
      </ul>
      {memberList.hasMore && (
        <button type="button" onClick={() => void memberList.loadMore()}>
          {t.showMore}
        </button>
      )}
    </div>
  );
}
