import type { Ref } from 'preact';
import { Icon, type Shape } from './icon.tsx';

/** What a button of an icon is made of. */
interface IconButtonProps {
  readonly shape: Shape;
  readonly label: string;
  readonly onClick: () => void;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon, and says in words what it does. */
export function IconButton({ shape, label, onClick, buttonRef = null }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      ref={buttonRef}
      onClick={onClick}
    >
      <Icon shape={shape} />
    </button>
  );
}
