import { t } from '../i18n/index.ts';

/** The placeholder of a room without messages. */
export function EmptyRoom() {
  return (
    <div class="empty-room">
      <svg viewBox="0 0 120 90" aria-hidden="true">
        <path d="M14 10h58a8 8 0 0 1 8 8v26a8 8 0 0 1-8 8H38L24 64V52H14a8 8 0 0 1-8-8V18a8 8 0 0 1 8-8Z" />
        <path
          class="outline"
          d="M88 34h14a8 8 0 0 1 8 8v22a8 8 0 0 1-8 8h-4v10L86 72H60a8 8 0 0 1-8-8v-4"
        />
        <path class="dots" d="M28 31h.1M43 31h.1M58 31h.1" />
      </svg>
      <h2>{t.emptyRoom}</h2>
      <p>{t.emptyRoomText}</p>
      <p class="address">{location.href}</p>
    </div>
  );
}
