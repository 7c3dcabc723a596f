import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useHotkeys } from '@/shared/hotkeys/hotkeys';

const KeyboardHelpDialog = lazy(() => import('./KeyboardHelpDialog'));

let isOpen = false;
const listeners = new Set<() => void>();

function setOpen(open: boolean): void {
  isOpen = open;
  for (const listener of listeners) listener();
}

export function openKeyboardHelp(): void {
  setOpen(true);
}

/** The keys that work on every page. */
export function useShellHotkeys(): void {
  useHotkeys('Everywhere', [
    { keys: ['?'], label: 'Show keyboard shortcuts', run: openKeyboardHelp },
  ]);
}

/** The window with the keys that work on this page; loaded when it is first opened. */
export function KeyboardHelp() {
  const open = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOpen,
  );
  if (!open) return null;
  return (
    <Suspense>
      <KeyboardHelpDialog onClose={() => setOpen(false)} />
    </Suspense>
  );
}
