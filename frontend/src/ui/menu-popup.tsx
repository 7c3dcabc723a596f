import { Menu as Base } from '@base-ui/react/menu';
import clsx from 'clsx';
import { Check } from 'lucide-react';
import type { MenuEntry, MenuProps } from './menu';

const item =
  'flex min-h-8 w-full cursor-default items-center gap-2 rounded-sm px-2 py-1 text-left text-sm outline-none select-none data-highlighted:bg-raised';
const groupLabel = 'truncate px-2 pt-1.5 pb-1 text-xs font-medium text-muted';

/** A menu that is open from the start, for it takes the place of the button that was pressed. */
export function OpenMenu({ trigger, entries, align = 'start' }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50 outline-none">
          <Base.Popup className="max-h-[min(70vh,var(--available-height))] max-w-[min(22rem,calc(100vw-1rem))] min-w-48 overflow-y-auto rounded-md border border-line bg-bg p-1 shadow-popup outline-none">
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry) => <Entry key={entry.id} entry={entry} />);
}

function Entry({ entry }: { entry: MenuEntry }) {
  switch (entry.kind) {
    case 'action':
      return (
        <Base.Item className={item} onClick={entry.run}>
          {entry.label}
        </Base.Item>
      );
    case 'link':
      return (
        <Base.LinkItem
          className={item}
          render={entry.link}
          closeOnClick
          aria-current={entry.isCurrent ? 'true' : undefined}
        >
          <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          {entry.isCurrent && <Tick />}
        </Base.LinkItem>
      );
    case 'check':
      return (
        <Base.CheckboxItem
          checked={entry.isOn}
          onCheckedChange={entry.onChange}
          closeOnClick={false}
          className={item}
        >
          <span
            aria-hidden="true"
            className={clsx(
              'flex size-4 items-center justify-center rounded-sm border',
              entry.isOn ? 'border-accent bg-accent text-on-accent' : 'border-control',
            )}
          >
            {entry.isOn && <Check size={12} strokeWidth={3} />}
          </span>
          {entry.label}
        </Base.CheckboxItem>
      );
    case 'choice':
      return (
        <Base.Group>
          <Base.GroupLabel className={groupLabel}>{entry.label}</Base.GroupLabel>
          <Base.RadioGroup value={entry.value} onValueChange={entry.onChange}>
            {entry.options.map((option) => (
              <Base.RadioItem key={option.value} value={option.value} className={item}>
                <span className="flex flex-1 items-center gap-2">{option.label}</span>
                <Base.RadioItemIndicator>
                  <Tick />
                </Base.RadioItemIndicator>
              </Base.RadioItem>
            ))}
          </Base.RadioGroup>
        </Base.Group>
      );
    case 'group':
      return (
        <Base.Group className="pb-1">
          <Base.GroupLabel className={groupLabel}>{entry.label}</Base.GroupLabel>
          <Entries entries={entry.entries} />
        </Base.Group>
      );
    case 'separator':
      return <Base.Separator className="mx-1 my-1 h-px bg-line" />;
  }
}

function Tick() {
  return <Check size={14} aria-hidden="true" className="shrink-0 text-accent" />;
}
