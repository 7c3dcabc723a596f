import { setLetters, useHotkeyGroups, useLettersAreOn } from '@/shared/hotkeys/hotkeys';
import { Dialog } from '@/ui/dialog';

const keyNames: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

/** Lists the keys of the page and lets single letters be turned off. */
export default function KeyboardHelpDialog({ onClose }: { onClose: () => void }) {
  const groups = useHotkeyGroups();
  const lettersAreOn = useLettersAreOn();
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose}>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-sm font-semibold">{group.title}</h3>
            <dl className="flex flex-col gap-1.5">
              {group.hotkeys.map((hotkey) => (
                <div key={hotkey.label} className="flex items-baseline justify-between gap-4">
                  <dt className="text-sm text-muted">{hotkey.label}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {hotkey.keys.map((key) => (
                      <kbd
                        key={key}
                        className="inline-flex h-6 min-w-6 items-center justify-center rounded-sm border border-line bg-surface px-1.5 font-mono text-xs"
                      >
                        {keyNames[key] ?? key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-6 flex items-center gap-2 border-t border-line pt-4 text-sm">
        <input
          type="checkbox"
          checked={lettersAreOn}
          onChange={(event) => setLetters(event.target.checked)}
          className="size-4 accent-[var(--accent)]"
        />
        Single-character shortcuts, such as j and k, are on
      </label>
    </Dialog>
  );
}
