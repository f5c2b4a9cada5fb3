import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { ChatStore } from '../state/chat-store.ts';

/** Time between two announcements, in milliseconds. Several messages in it are announced as a count. */
const intervalMs = 1_500;

/** Longest text that is announced. A longer text is cut. */
const maxSpokenLength = 200;

/** Announces messages to screen readers as they arrive in the shown room. */
export function Announcer({ chat }: { readonly chat: ChatStore }) {
  const [announcement, setAnnouncement] = useState('');
  const queue = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { arrival } = chat;
  useEffect(() => {
    if (!arrival) return;
    const { from, text } = arrival.message;
    queue.current.push(`${t.authorLabel(from.name)} ${text.slice(0, maxSpokenLength)}`);
    timer.current ??= setTimeout(() => {
      const texts = queue.current.splice(0);
      timer.current = undefined;
      setAnnouncement(texts.length > 1 ? t.newMessages(texts.length) : (texts[0] ?? ''));
    }, intervalMs);
  }, [arrival]);
  return (
    <div class="visually-hidden" role="status">
      {announcement}
    </div>
  );
}
