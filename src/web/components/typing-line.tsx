import { formatList } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';

/** Names the typing users. The line has a fixed height, so the page does not move. */
export function TypingLine({ names }: { readonly names: string[] }) {
  return (
    <p class="typing">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {names.length > 3 ? t.severalTyping : t.typing(names, formatList(names))}
        </>
      )}
    </p>
  );
}
