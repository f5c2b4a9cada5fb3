const iconPaths = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  members:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.4a3.5 3.5 0 0 1 0 6.2M18.5 14.2a6.5 6.5 0 0 1 3 5.8',
  leave: 'M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M5 12 3.5 4.5 21 12 3.5 19.500 5 12Zm0 0h7',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.500 14a4 4 0 0 0 7 0M9 9.500v.01M15 9.500v.01',
  reply: 'M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1',
  edit: 'M4 20h4L19 9a2.100 2.100 0 0 0-4-4L4 16v4Z',
  delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  down: 'M12 5v14M6 13l6 6 6-6',
  plus: 'M12 5v14M5 12h14',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof iconPaths;

/** An icon. Screen readers skip it, since its button has a label. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={iconPaths[name]} />
    </svg>
  );
}
