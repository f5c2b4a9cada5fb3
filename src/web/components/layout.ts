import { useState } from 'preact/hooks';
import { useMedia } from './hooks.ts';

/** A panel that opens over the page. */
export type Panel = 'rooms' | 'members' | 'name' | 'token';

/** The layout of the page for the width of the screen, and the panel that is open. */
export interface Layout {
  /** Whether the list of rooms is beside the shown room. */
  readonly isWide: boolean;
  /** Whether the members can be beside the shown room too. */
  readonly isExtraWide: boolean;
  readonly isMembersOpen: boolean;
  readonly panel: Panel | undefined;
  readonly openPanel: (panel: Panel) => void;
  readonly closePanel: () => void;
  readonly toggleMembers: () => void;
}

/** Returns the layout and rerenders the component when it changes. */
export function useLayout(): Layout {
  const isWide = useMedia('(min-width: 760px)');
  const isExtraWide = useMedia('(min-width: 1100px)');
  const [panel, setPanel] = useState<Panel>();
  const [isMembersSideOpen, setMembersSideOpen] = useState(true);
  return {
    isWide,
    isExtraWide,
    isMembersOpen: isExtraWide ? isMembersSideOpen : panel === 'members',
    panel,
    openPanel: setPanel,
    closePanel: () => setPanel(undefined),
    toggleMembers: () =>
      isExtraWide ? setMembersSideOpen(!isMembersSideOpen) : setPanel('members'),
  };
}
