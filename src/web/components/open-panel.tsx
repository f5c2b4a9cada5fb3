import type { ComponentChildren } from 'preact';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { Dialog } from './dialog.tsx';
import { IconButton } from './icon-button.tsx';
import type { Layout } from './layout.ts';
import { MemberPanel } from './members.tsx';
import { PromptDialog } from './prompt-dialog.tsx';
import { namePrompt, tokenPrompt } from './prompt-form.tsx';

interface OpenPanelProps {
  readonly chat: ChatStore;
  readonly layout: Layout;
  /** The content of the panel with the rooms. */
  readonly sidebar: ComponentChildren;
  readonly onName: (name: string) => void;
  readonly onToken: (token: string) => void;
}

/** The panel that is open over the page, if any. */
export function OpenPanel({ chat, layout, sidebar, onName, onToken }: OpenPanelProps) {
  const { isWide, isExtraWide, panel, closePanel } = layout;
  const changeToken = (token: string) => {
    onToken(token);
    closePanel();
  };
  return (
    <>
      {!isExtraWide && panel === 'members' && (
        <Dialog class="drawer end" label={t.membersHere} onClose={closePanel}>
          <IconButton icon="close" label={t.close} onClick={closePanel} />
          <MemberPanel chat={chat} />
        </Dialog>
      )}
      {!isWide && panel === 'rooms' && (
        <Dialog class="drawer" label={t.rooms} onClose={closePanel}>
          <IconButton icon="close" label={t.close} onClick={closePanel} />
          {sidebar}
        </Dialog>
      )}
      {panel === 'name' && (
        <PromptDialog
          prompt={namePrompt}
          value={chat.name}
          onAnswer={onName}
          onClose={closePanel}
        />
      )}
      {panel === 'token' && (
        <PromptDialog prompt={tokenPrompt} onAnswer={changeToken} onClose={closePanel} />
      )}
    </>
  );
}
