import { type FragmentType, readFragment } from '@/gql';
import {
  GenerationBodyFragmentDoc,
  type ParameterListFragment,
  ParameterListFragmentDoc,
} from '@/gql/graphql';
import { formatDuration, formatNumber, plural } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { Badge } from '@/ui/badge';
import { JsonView } from '@/ui/json-view';
import { LongText } from '@/ui/long-text';
import { Facts, Section } from '@/ui/section';
import { isFilled } from '../Documents';
import { Conversation } from '../Messages';
import { UsageTable } from '../UsageTable';

/** A call to a language model: what it was told, what it said, and what that took. */
export function GenerationView({ body }: { body: FragmentType<typeof GenerationBodyFragmentDoc> }) {
  const generation = readFragment(GenerationBodyFragmentDoc, body);
  const { requestModel, responseModel } = generation;
  const prompt = generation.promptName
    ? [
        plainLine(generation.promptName, 200),
        generation.promptNumber === null
          ? generation.promptVersionText && plainLine(generation.promptVersionText, 80)
          : `v${generation.promptNumber}`,
      ]
        .filter(Boolean)
        .join(' ')
    : null;
  return (
    <>
      <Section title="Model call">
        <Facts
          items={[
            ['Model', responseModel ?? requestModel],
            ['Asked for', responseModel && requestModel !== responseModel ? requestModel : null],
            ['Provider', generation.provider],
            ['Prompt', prompt],
            [
              'First token after',
              generation.timeToFirstTokenMs === null
                ? null
                : formatDuration(generation.timeToFirstTokenMs),
            ],
            [
              'Stopped because of',
              generation.finishReasons.length > 0 ? (
                <span className="flex flex-wrap gap-1">
                  {[...new Set(generation.finishReasons)].map((reason) => (
                    <Badge
                      key={reason}
                      tone={
                        reason === 'length' || reason === 'content_filter'
                          ? 'warn'
                          : reason === 'error'
                            ? 'error'
                            : 'neutral'
                      }
                    >
                      {plainLine(reason, 60)}
                    </Badge>
                  ))}
                </span>
              ) : null,
            ],
            [
              'Response id',
              generation.responseId && (
                <code className="font-mono text-xs">{plainLine(generation.responseId, 200)}</code>
              ),
            ],
          ]}
        />
        {generation.isWrapper && (
          <p className="mt-2 text-sm text-muted">
            This stands around another generation, so its usage is not counted again.
          </p>
        )}
      </Section>
      {generation.messages.length > 0 && (
        <Section title="Messages">
          <Conversation messages={generation.messages} label="Messages" />
        </Section>
      )}
      {generation.completion.length > 0 && (
        <Section
          title={
            generation.completion.length > 1
              ? plural(generation.completion.length, 'completion')
              : 'Completion'
          }
        >
          <Conversation messages={generation.completion} label="Completion" />
        </Section>
      )}
      <UsageTable usage={generation.usage} cost={generation.cost} />
      <ParametersSection parameters={generation.parameters} />
      {isFilled(generation.slots) && (
        <Section title="Slots of the prompt">
          <JsonView value={generation.slots} label="Slots of the prompt" />
        </Section>
      )}
      {generation.tools.length > 0 && (
        <Section title={`${plural(generation.tools.length, 'tool')} offered`}>
          <ul className="flex flex-col gap-1">
            {generation.tools.map((tool, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat and the list never changes.
              <li key={index} className="rounded-md border border-line px-3 py-1.5">
                <details>
                  <summary className="foreign text-sm font-medium">
                    {plainLine(tool.name, 120)}
                  </summary>
                  {tool.description && (
                    <LongText text={tool.description} className="mt-1 text-muted" foldAt={600} />
                  )}
                  {isFilled(tool.parameters) && (
                    <div className="mt-1.5">
                      <JsonView
                        value={tool.parameters}
                        label={`Schema of ${plainLine(tool.name, 60)}`}
                      />
                    </div>
                  )}
                </details>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** The settings of a model call that were given. */
export function ParametersSection({
  parameters: ref,
}: {
  parameters: FragmentType<typeof ParameterListFragmentDoc> | null;
}) {
  const parameters = readFragment(ParameterListFragmentDoc, ref);
  if (!parameters || !hasAny(parameters)) return null;
  const number = (value: number | null) => (value === null ? null : formatNumber(value));
  return (
    <Section title="Parameters">
      <Facts
        items={[
          ['Temperature', number(parameters.temperature)],
          ['Top p', number(parameters.topP)],
          ['Max tokens', number(parameters.maxTokens)],
          ['Seed', parameters.seed === null ? null : String(parameters.seed)],
          ['Stop', parameters.stop?.map((text) => JSON.stringify(text)).join(', ')],
        ]}
      />
      {isFilled(parameters.other) && (
        <div className="mt-2">
          <JsonView value={parameters.other} label="Other parameters" />
        </div>
      )}
    </Section>
  );
}

function hasAny({
  other,
  __typename: _,
  ...known
}: ParameterListFragment & { __typename?: string }): boolean {
  return (
    isFilled(other) ||
    Object.values(known).some((value) => value !== null && typeof value !== 'object') ||
    Boolean(known.stop?.length)
  );
}
