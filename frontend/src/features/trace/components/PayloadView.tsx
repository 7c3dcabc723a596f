import { useMemo } from 'react';
import { type FragmentType, readFragment } from '@/gql';
import { PayloadTextFragmentDoc } from '@/gql/graphql';
import { formatBytes } from '@/shared/format/number';
import { CopyButton } from '@/ui/copy-button';
import { JsonView } from '@/ui/json-view';
import { LongText } from '@/ui/long-text';
import { Section } from '@/ui/section';
import { plainText, structureOf } from '../model/payload';

type PayloadRef = FragmentType<typeof PayloadTextFragmentDoc>;

/** A payload under its title; nothing where there is none. */
export function PayloadSection({
  title,
  payload: ref,
}: {
  title: string;
  payload: PayloadRef | null;
}) {
  const payload = readFragment(PayloadTextFragmentDoc, ref);
  const text = payload?.text;
  const structure = useMemo(() => (text ? structureOf(text) : undefined), [text]);
  if (!payload || text === null || text === undefined) return null;
  return (
    <Section
      title={title}
      aside={
        <span className="figures flex items-center gap-2 text-xs text-muted">
          {payload.isTruncated && <span className="text-warn">cut on arrival</span>}
          {formatBytes(payload.bytes)}
        </span>
      }
    >
      {structure ? (
        <JsonView key={text} value={structure} label={title} />
      ) : (
        <TextBox text={plainText(text, payload.mimeType)} label={title} />
      )}
    </Section>
  );
}

/** Text in a frame with a button that copies it. */
export function TextBox({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-surface py-2 pr-10 pl-3">
      <div className="absolute top-1 right-1">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      <LongText text={text} />
    </div>
  );
}

/** A value of any shape, such as the arguments of a tool. */
export function ValueView({ value, label }: { value: unknown; label: string }) {
  const structure = useMemo(
    () =>
      typeof value === 'string'
        ? structureOf(value)
        : typeof value === 'object' && value !== null
          ? value
          : undefined,
    [value],
  );
  if (structure) return <JsonView value={structure} label={label} />;
  if (typeof value === 'string') return <TextBox text={value} label={label} />;
  return <TextBox text={JSON.stringify(value) ?? 'null'} label={label} />;
}
