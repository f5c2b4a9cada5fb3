import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly label: string;
  readonly class: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * A modal dialog that is open while it is mounted. The browser keeps the focus inside, closes it on
 * Escape, and restores the focus. A click on the backdrop, which targets the dialog, closes it too.
 */
export function Dialog({ label, class: className, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isUnmounted = useRef(false);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      isUnmounted.current = true;
      dialog?.close();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard
    <dialog
      ref={ref}
      class={className}
      aria-label={label}
      onClose={() => isUnmounted.current || onClose()}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
