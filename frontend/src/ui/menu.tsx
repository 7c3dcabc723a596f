import {
  type ComponentType,
  cloneElement,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useState,
} from 'react';

/** What a menu holds, as data: the code that draws it is loaded when one is first opened. */
export type MenuEntry =
  | { kind: 'action'; id: string; label: ReactNode; run: () => void }
  /** Goes somewhere; link is an element without children, such as a router's Link. */
  | { kind: 'link'; id: string; label: ReactNode; link: ReactElement; isCurrent?: boolean }
  /** On or off; the menu stays open. */
  | {
      kind: 'check';
      id: string;
      label: ReactNode;
      isOn: boolean;
      onChange: (isOn: boolean) => void;
    }
  /** One of several. */
  | {
      kind: 'choice';
      id: string;
      label: string;
      value: string;
      options: readonly { value: string; label: ReactNode }[];
      onChange: (value: string) => void;
    }
  | { kind: 'group'; id: string; label: ReactNode; entries: readonly MenuEntry[] }
  | { kind: 'separator'; id: string };

export interface MenuProps {
  trigger: ReactElement<{ onClick?: (event: MouseEvent) => void }>;
  entries: readonly MenuEntry[];
  align?: 'start' | 'end';
}

/** A menu that opens from a button. */
export function Menu(props: MenuProps) {
  const [Loaded, setLoaded] = useState<ComponentType<MenuProps>>();
  if (Loaded) return <Loaded {...props} />;
  const load = () => import('./menu-popup');
  return cloneElement(props.trigger as ReactElement<Record<string, unknown>>, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    // Whoever comes near will probably open it.
    onPointerEnter: load,
    onFocus: load,
    onClick: () => void load().then((module) => setLoaded(() => module.OpenMenu)),
  });
}
