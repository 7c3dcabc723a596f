import { Columns3, RefreshCw, Search, SlidersHorizontal, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { plainLine } from '@/shared/format/plain-line';
import { formatFullTime } from '@/shared/format/time';
import { useHotkeys } from '@/shared/hotkeys/hotkeys';
import { phone, useMedia } from '@/shared/use-media';
import { Button, IconButton } from '@/ui/button';
import { controlClass, SelectField } from '@/ui/field';
import { Menu } from '@/ui/menu';
import {
  conditionCount,
  defaultRange,
  hasConditions,
  orderLabels,
  orders,
  rangeLabels,
  ranges,
  states,
  type TraceSearch,
  withoutConditions,
} from '../model/trace-search';
import { type ColumnChoice, pickableColumns } from './columns';
import type { OnSearch } from './TraceListPage';

const stateLabels = { running: 'Running', complete: 'Complete', failed: 'Failed' } as const;

/** The conditions of the list. Whatever is typed goes into the address after a short rest. */
export function FilterBar({
  search,
  onSearch,
  environments,
  columns,
  summary,
  isLoading,
  readAt,
  onRefresh,
}: {
  search: TraceSearch;
  onSearch: OnSearch;
  environments: readonly string[];
  columns: ColumnChoice;
  summary: string;
  isLoading: boolean;
  readAt: number | undefined;
  onRefresh: () => void;
}) {
  const isPhone = useMedia(phone);
  const [isOpen, setIsOpen] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  const set = (part: Partial<TraceSearch>) => onSearch({ ...search, ...part });
  useHotkeys('Filters', [
    {
      keys: ['/'],
      label: 'Search in text',
      run: () => {
        setIsOpen(true);
        requestAnimationFrame(() =>
          bar.current?.querySelector<HTMLInputElement>('input[name="text"]')?.focus(),
        );
      },
    },
    { keys: ['x'], label: 'Clear filters', run: () => onSearch(withoutConditions(search)) },
    { keys: ['r'], label: 'Load again', run: onRefresh },
  ]);

  const range = search.from ? 'custom' : (search.range ?? defaultRange);
  const rangeOptions = [
    ...ranges.map((value) => ({ value: value as string, label: rangeLabels[value] })),
    ...(search.from ? [{ value: 'custom', label: customLabel(search) }] : []),
  ];
  const conditions = (
    <>
      <TextFilter
        name="text"
        label="Text in input or output"
        placeholder="Words in input or output"
        value={search.text}
        onChange={(text) => set({ text })}
        icon={<Search size={14} aria-hidden="true" />}
        className="w-full sm:w-56"
      />
      <TextFilter
        name="name"
        label="Name contains (upper and lower case differ)"
        placeholder="Name contains"
        value={search.name}
        onChange={(name) => set({ name })}
        className="w-full sm:w-40"
      />
      <TextFilter
        name="env"
        label="Environment"
        placeholder="Environment"
        value={search.env}
        onChange={(env) => set({ env })}
        options={environments}
        className="w-full sm:w-36"
      />
      <SelectField
        label="State"
        value={search.state ?? ''}
        options={[
          { value: '', label: 'Any state' },
          ...states.map((value) => ({ value: value as string, label: stateLabels[value] })),
        ]}
        onChange={(value) => set({ state: states.find((item) => item === value) })}
        className="w-full sm:w-auto"
      />
      {isPhone && (
        <SelectField
          label="Order"
          value={search.sort ?? 'newest'}
          options={orders.map((value) => ({ value, label: orderLabels[value] }))}
          onChange={(sort) => set({ sort: sort === 'newest' ? undefined : sort })}
          className="w-full"
        />
      )}
    </>
  );

  return (
    <search
      ref={bar}
      aria-label="Trace filters"
      className="shrink-0 border-b border-line px-3 py-2 sm:px-4"
    >
      <div className="flex items-start gap-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
          <SelectField
            label="Time range"
            value={range}
            options={rangeOptions}
            onChange={(value) =>
              set({
                from: undefined,
                to: undefined,
                range: ranges.find((item) => item === value && item !== defaultRange),
              })
            }
          />
          {isPhone ? (
            <Button
              aria-expanded={isOpen}
              aria-pressed={hasConditions(search)}
              onClick={() => setIsOpen(!isOpen)}
            >
              <SlidersHorizontal size={14} aria-hidden="true" />
              Filters
              {conditionCount(search) > 0 && (
                <span className="figures text-accent">{conditionCount(search)}</span>
              )}
            </Button>
          ) : (
            conditions
          )}
          <Chips search={search} onRemove={(key) => set({ [key]: undefined })} />
          {!isPhone && hasConditions(search) && (
            <Button variant="quiet" onClick={() => onSearch(withoutConditions(search))}>
              Clear filters
            </Button>
          )}
        </div>
        <div className="flex h-8 shrink-0 items-center gap-1">
          <span role="status" className="figures mr-1 text-sm text-muted max-sm:sr-only">
            {summary}
          </span>
          <IconButton
            label={
              readAt ? `Load again (as of ${new Date(readAt).toLocaleTimeString()})` : 'Load again'
            }
            onClick={onRefresh}
            disabled={isLoading}
          >
            <RefreshCw size={15} aria-hidden="true" />
          </IconButton>
          {!isPhone && (
            <Menu
              align="end"
              trigger={
                <IconButton label="Columns">
                  <Columns3 size={15} aria-hidden="true" />
                </IconButton>
              }
              entries={[
                {
                  kind: 'group',
                  id: 'columns',
                  label: 'Columns',
                  entries: pickableColumns.map(({ id, label }) => ({
                    kind: 'check',
                    id,
                    label,
                    isOn: !columns.hidden.includes(id),
                    onChange: (isOn) =>
                      columns.setHidden(
                        isOn
                          ? columns.hidden.filter((item) => item !== id)
                          : [...columns.hidden, id],
                      ),
                  })),
                },
              ]}
            />
          )}
        </div>
      </div>
      {isPhone && isOpen && (
        <div className="flex flex-col gap-2 pt-2 pb-1">
          {conditions}
          {hasConditions(search) && (
            <Button onClick={() => onSearch(withoutConditions(search))}>Clear filters</Button>
          )}
        </div>
      )}
    </search>
  );
}

function customLabel({ from, to }: TraceSearch): string {
  const start = from ? formatFullTime(from) : '';
  return to ? `${start} to ${formatFullTime(to)}` : `Since ${start}`;
}

const chipNames = { session: 'Session', user: 'User', tag: 'Tag' } as const;

function Chips({
  search,
  onRemove,
}: {
  search: TraceSearch;
  onRemove: (key: keyof typeof chipNames) => void;
}) {
  return (Object.keys(chipNames) as (keyof typeof chipNames)[]).map((key) => {
    const value = search[key];
    if (!value) return null;
    return (
      <span
        key={key}
        className="inline-flex h-8 max-w-64 items-center gap-1 rounded-md bg-selected pl-2 text-sm"
      >
        <span className="text-muted">{chipNames[key]}</span>
        <span className="foreign truncate font-medium">{plainLine(value, 100)}</span>
        <IconButton
          label={`Remove ${chipNames[key].toLowerCase()} filter`}
          onClick={() => onRemove(key)}
        >
          <X size={14} aria-hidden="true" />
        </IconButton>
      </span>
    );
  });
}

function TextFilter({
  name,
  label,
  placeholder,
  value = '',
  onChange,
  icon,
  options,
  className = '',
}: {
  name: string;
  label: string;
  placeholder: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  icon?: ReactNode;
  options?: readonly string[];
  className?: string;
}) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  // The address may change by another way, such as "back"; then it wins.
  if (value !== sent) {
    setSent(value);
    setTyped(value);
  }
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === sent) return;
    const timer = setTimeout(() => {
      setSent(wanted);
      send.current(wanted || undefined);
    }, 350);
    return () => clearTimeout(timer);
  }, [typed, sent]);
  return (
    <div className={`relative ${className}`}>
      {icon && (
        <span className="pointer-events-none absolute inset-y-0 left-2 flex items-center text-muted">
          {icon}
        </span>
      )}
      <input
        name={name}
        aria-label={label}
        title={label}
        placeholder={placeholder}
        value={typed}
        maxLength={500}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            const wanted = typed.trim();
            setSent(wanted);
            onChange(wanted || undefined);
          } else if (event.key === 'Escape') {
            event.currentTarget.blur();
          }
        }}
        list={options ? id : undefined}
        autoComplete="off"
        spellCheck={false}
        className={`${controlClass} w-full ${icon ? 'pl-7' : ''}`}
      />
      {options && (
        <datalist id={id}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </div>
  );
}
