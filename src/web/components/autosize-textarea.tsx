import { useLayoutEffect, useRef } from 'preact/hooks';

interface AutosizeTextareaProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
  /** Called on Enter, unless Shift is held or an input method uses the key. */
  readonly onEnter: () => void;
  /** Called for every other key. */
  readonly onKey?: (event: KeyboardEvent) => void;
  /** Called with the field when it is mounted, and with `null` when it is unmounted. */
  readonly onField?: (field: HTMLTextAreaElement | null) => void;
}

/** A text field that grows with its content. */
export function AutosizeTextarea(props: AutosizeTextareaProps) {
  const { value, label, placeholder = label, onInput, onEnter, onKey, onField } = props;
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const field = ref.current;
    if (!field) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }, [value]);
  useLayoutEffect(() => {
    onField?.(ref.current);
    return () => onField?.(null);
  }, []);
  return (
    <textarea
      ref={ref}
      rows={1}
      value={value}
      placeholder={placeholder}
      aria-label={label}
      dir="auto"
      enterkeyhint="send"
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return onKey?.(event);
        event.preventDefault();
        onEnter();
      }}
    />
  );
}

/**
 * Returns whether an input method uses a key. Safari ends the composition before it sends the key.
 * That key has the code 229.
 */
export function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}
