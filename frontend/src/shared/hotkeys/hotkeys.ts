import { useEffect, useRef, useSyncExternalStore } from 'react';
import { readStored, writeStored } from '../stored';

/** One key of the page. A key is a KeyboardEvent.key; letters are matched as typed. */
export interface Hotkey {
  readonly keys: readonly string[];
  readonly label: string;
  /** Missing for a key that a component handles itself and that is only explained here. */
  readonly run?: (event: KeyboardEvent) => void;
}

export interface HotkeyGroup {
  readonly title: string;
  readonly hotkeys: readonly Hotkey[];
}

const groups: HotkeyGroup[] = [];
const listeners = new Set<() => void>();
let shown: readonly HotkeyGroup[] = [];
let areLettersOn =
  readStored('letter-keys', (value) => (value === false ? false : undefined)) ?? true;

function changed(): void {
  shown = [...groups];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a key press belongs to a control that takes text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) {
    return !['button', 'checkbox', 'radio', 'range', 'reset', 'submit'].includes(target.type);
  }
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether a key is a single character, which people may turn off (WCAG 2.1.4). */
export function isLetterKey(key: string): boolean {
  return Array.from(key).length === 1;
}

export function lettersAreOn(): boolean {
  return areLettersOn;
}

export function setLetters(on: boolean): void {
  areLettersOn = on;
  writeStored('letter-keys', on);
  changed();
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) return;
  if (event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"]'))
    return;
  if (isLetterKey(event.key) && !areLettersOn) return;
  // The group that came last is the innermost part of the page.
  for (let i = groups.length - 1; i >= 0; i--) {
    const hotkey = groups[i]?.hotkeys.find((item) => item.run && item.keys.includes(event.key));
    if (hotkey?.run) {
      event.preventDefault();
      hotkey.run(event);
      return;
    }
  }
}

/** Makes the keys work while the component is mounted, and lists them in the keyboard help. */
export function useHotkeys(title: string, hotkeys: readonly Hotkey[]): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  const shape = hotkeys.map((hotkey) => `${hotkey.keys.join(' ')}\t${hotkey.label}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the list; handlers are read late.
  useEffect(() => {
    const group: HotkeyGroup = {
      title,
      hotkeys: latest.current.map((hotkey, index) => ({
        keys: hotkey.keys,
        label: hotkey.label,
        ...(hotkey.run && { run: (event) => latest.current[index]?.run?.(event) }),
      })),
    };
    if (groups.length === 0) document.addEventListener('keydown', onKeyDown);
    groups.push(group);
    changed();
    return () => {
      groups.splice(groups.indexOf(group), 1);
      if (groups.length === 0) document.removeEventListener('keydown', onKeyDown);
      changed();
    };
  }, [title, shape]);
}

/** The keys that work now, for the help. */
export function useHotkeyGroups(): readonly HotkeyGroup[] {
  return useSyncExternalStore(subscribe, () => shown);
}

export function useLettersAreOn(): boolean {
  return useSyncExternalStore(subscribe, lettersAreOn);
}
