import { FileQuestion, Image, TriangleAlert, Wrench } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type FragmentType, readFragment } from '@/gql';
import { type MessageRole, type MessageTurnFragment, MessageTurnFragmentDoc } from '@/gql/graphql';
import { formatBytes, formatCount } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { Badge } from '@/ui/badge';
import { CopyButton } from '@/ui/copy-button';
import { LongText } from '@/ui/long-text';
import {
  foldHistory,
  pairToolResults,
  type ShownMessage,
  type ShownPart,
} from '../model/conversation';
import { ValueView } from './PayloadView';

type Part = MessageTurnFragment['parts'][number];
type ResultPart = Extract<Part, { __typename: 'ToolResultPart' }>;

const roles: Record<MessageRole, { word: string; band: string }> = {
  SYSTEM: { word: 'System', band: 'border-l-[var(--kind-chain)]' },
  DEVELOPER: { word: 'Developer', band: 'border-l-[var(--kind-chain)]' },
  USER: { word: 'User', band: 'border-l-[var(--kind-span)]' },
  ASSISTANT: { word: 'Assistant', band: 'border-l-[var(--kind-generation)]' },
  TOOL: { word: 'Tool', band: 'border-l-[var(--kind-tool-call)]' },
  UNKNOWN: { word: 'Unreadable as a message', band: 'border-l-[var(--control)]' },
};

/** A conversation as cards; its middle is folded where it is long. */
export function Conversation({
  messages: refs,
  label,
}: {
  messages: readonly FragmentType<typeof MessageTurnFragmentDoc>[];
  label: string;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const messages = pairToolResults<Part>(
    readFragment(MessageTurnFragmentDoc, refs).map((message) => ({
      role: message.role,
      name: message.name,
      parts: message.parts,
    })),
  );
  const { opening, folded, last } = foldHistory(messages);
  const card = (message: ShownMessage<Part>) => (
    <MessageCard key={message.index} message={message} />
  );
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-2">
      {opening.map(card)}
      {folded.length > 0 &&
        (isOpen ? (
          folded.map(card)
        ) : (
          <button
            type="button"
            onClick={() => setIsOpen(true)}
            className="rounded-md border border-dashed border-control py-1.5 text-sm text-accent hover:bg-surface"
          >
            Show {formatCount(folded.length)} earlier messages
          </button>
        ))}
      {last.map(card)}
    </div>
  );
}

function MessageCard({ message }: { message: ShownMessage<Part> }) {
  const role = roles[message.role as MessageRole] ?? roles.UNKNOWN;
  const isInstruction = message.role === 'SYSTEM' || message.role === 'DEVELOPER';
  const text = message.parts
    .flatMap(({ part }) => (part.__typename === 'TextPart' ? [part.text] : []))
    .join('\n\n');
  return (
    <article
      aria-label={`${role.word} message`}
      className={`rounded-md border border-l-4 border-line bg-surface ${role.band}`}
    >
      <header className="flex h-8 items-center gap-2 pr-1 pl-3">
        <span className="text-xs font-semibold">{role.word}</span>
        {message.name && (
          <span className="foreign truncate text-xs text-muted">{plainLine(message.name, 80)}</span>
        )}
        <span className="flex-1" />
        {text && <CopyButton text={text} label="Copy the text" />}
      </header>
      <div className="flex flex-col gap-2 px-3 pb-2.5">
        {message.parts.length === 0 && <p className="text-sm text-muted">Empty</p>}
        {message.parts.map((shown, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts never change their order.
          <PartView key={index} shown={shown} foldAt={isInstruction ? 420 : 4000} />
        ))}
      </div>
    </article>
  );
}

function PartView({ shown, foldAt }: { shown: ShownPart<Part>; foldAt: number }) {
  const { part } = shown;
  switch (part.__typename) {
    case 'TextPart':
      return <LongText text={part.text} foldAt={foldAt} />;
    case 'ReasoningPart':
      return <Reasoning text={part.thought} />;
    case 'RefusalPart':
      return (
        <div className="rounded-md bg-warn-bg px-3 py-2">
          <Badge tone="warn">Refusal</Badge>
          <LongText text={part.text} className="mt-1" />
        </div>
      );
    case 'MediaPart':
      return (
        <Card icon={<Image size={14} aria-hidden="true" className="text-muted" />} title="Media">
          <p className="text-sm text-muted">
            <span className="foreign">{plainLine(part.mimeType, 80) || 'unknown type'}</span>
            {part.bytes !== null && `, ${formatBytes(part.bytes)}, not kept`}
            {part.url !== null && ', not loaded'}
          </p>
          {part.url !== null && <LongText isMono text={part.url} foldAt={300} />}
        </Card>
      );
    case 'ToolCallPart':
      return (
        <ToolCard
          name={part.name}
          callId={part.callId}
          input={part.arguments}
          result={shown.result?.__typename === 'ToolResultPart' ? shown.result : undefined}
        />
      );
    case 'ToolResultPart':
      return (
        <Card
          icon={<Wrench size={14} aria-hidden="true" color="var(--kind-tool-call)" />}
          title="Tool result"
          aside={<CallId id={part.callId} />}
        >
          <Result part={part} />
        </Card>
      );
    case 'OtherPart':
      return (
        <Card
          icon={<FileQuestion size={14} aria-hidden="true" className="text-muted" />}
          title={plainLine(part.kind, 80) || 'Other'}
        >
          <ValueView value={part.json} label="Content" />
        </Card>
      );
    default:
      return <p className="text-sm text-muted">A kind of content that this version cannot show.</p>;
  }
}

function Reasoning({ text }: { text: string | null }) {
  if (text === null) {
    return <p className="text-sm text-muted italic">Reasoning, withheld by the provider</p>;
  }
  return (
    <details className="group">
      <summary className="text-sm text-muted">
        Reasoning <span className="figures">({formatCount(text.length)} characters)</span>
      </summary>
      <LongText text={text} className="mt-1 border-l-2 border-line pl-3 text-muted" />
    </details>
  );
}

/** A call of a tool, with what it answered where that is known. */
export function ToolCard({
  name,
  callId,
  input,
  result,
}: {
  name: string;
  callId: string | null;
  input: unknown;
  result: ResultPart | undefined;
}) {
  return (
    <Card
      icon={<Wrench size={14} aria-hidden="true" color="var(--kind-tool-call)" />}
      title={plainLine(name, 120)}
      aside={<CallId id={callId} />}
    >
      <ValueView value={input} label={`Arguments of ${plainLine(name, 60)}`} />
      {result && (
        <div className="mt-2">
          <p className="mb-1 text-xs font-semibold text-muted">Result</p>
          <Result part={result} />
        </div>
      )}
    </Card>
  );
}

function Result({ part }: { part: ResultPart }) {
  return (
    <>
      {part.isError && (
        <p className="mb-1 flex items-center gap-1 text-sm text-error">
          <TriangleAlert size={14} aria-hidden="true" />
          The tool failed
        </p>
      )}
      <ValueView value={part.result} label="Result" />
    </>
  );
}

function CallId({ id }: { id: string | null }) {
  return id ? (
    <span
      className="foreign max-w-40 truncate font-mono text-xs text-muted"
      title={plainLine(id, 200)}
    >
      {plainLine(id, 80)}
    </span>
  ) : null;
}

function Card({
  icon,
  title,
  aside,
  children,
}: {
  icon: ReactNode;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="rounded-md border border-line bg-bg p-2.5">
      <div className="mb-1.5 flex min-w-0 items-center gap-2">
        {icon}
        <span className="foreign min-w-0 truncate text-sm font-medium">{title}</span>
        <span className="flex-1" />
        {aside}
      </div>
      {children}
    </div>
  );
}
