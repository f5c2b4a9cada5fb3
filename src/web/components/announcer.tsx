import { useEffect, useRef, useState } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import type { Chat } from '../state/chat-store.ts';

/** Said at most so often, in milliseconds: what comes faster is only counted. */
const everyMs = 1_500;

/** Longer texts are cut. */
const maxSpoken = 200;

/** Reads out what arrives in the room, and nothing of what was there before. */
export function Announcer({ chat }: { readonly chat: Chat }) {
  const [spoken, speak] = useState('');
  const waiting = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { arrival } = chat;
  useEffect(() => {
    if (!arrival) return;
    const { from, text } = arrival.message;
    waiting.current.push(`${words.says(from.name)} ${text.slice(0, maxSpoken)}`);
    timer.current ??= setTimeout(() => {
      const said = waiting.current.splice(0);
      timer.current = undefined;
      speak(said.length > 1 ? words.newMessages(said.length) : (said[0] ?? ''));
    }, everyMs);
  }, [arrival]);
  return (
    <div class="unseen" role="status">
      {spoken}
    </div>
  );
}
