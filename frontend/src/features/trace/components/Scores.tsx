import { type FragmentType, readFragment } from '@/gql';
import { ScoreChipFragmentDoc, type ScoreSource } from '@/gql/graphql';
import { formatNumber } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { Badge } from '@/ui/badge';
import { LongText } from '@/ui/long-text';
import { Moment } from '@/ui/moment';

type ScoreRef = FragmentType<typeof ScoreChipFragmentDoc>;

const sources: Record<ScoreSource, string> = {
  HUMAN: 'a person',
  END_USER: 'an end user',
  MODEL: 'a model',
  CODE: 'a program',
  HEURISTIC: 'a built-in measure',
};

type Value = ReturnType<typeof readScore>['value'];

function readScore(ref: ScoreRef) {
  return readFragment(ScoreChipFragmentDoc, ref);
}

function valueText(value: Value): string {
  switch (value.__typename) {
    case 'NumericScore':
      return value.word
        ? `${formatNumber(value.number)} ${value.word}`
        : formatNumber(value.number);
    case 'LabelScore':
      return value.label;
    case 'BooleanScore':
      return value.passed ? 'pass' : 'fail';
    case 'TextScore':
      return value.text;
    default:
      return '';
  }
}

/** Scores as short badges, for a header. */
export function ScoreBadges({ scores }: { scores: readonly ScoreRef[] }) {
  return scores.map((ref) => {
    const score = readScore(ref);
    const tone =
      score.value.__typename === 'BooleanScore' ? (score.value.passed ? 'ok' : 'error') : 'neutral';
    return (
      <Badge
        key={score.id}
        tone={tone}
        title={plainLine(`By ${sources[score.source] ?? score.source}. ${score.comment ?? ''}`)}
      >
        <span className="foreign truncate font-normal">{plainLine(score.name, 60)}</span>
        <span className="foreign figures truncate">{plainLine(valueText(score.value), 60)}</span>
      </Badge>
    );
  });
}

/** Scores with who gave them and why. */
export function ScoreList({ scores }: { scores: readonly ScoreRef[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {scores.map((ref) => {
        const score = readScore(ref);
        return (
          <li key={score.id} className="rounded-md border border-line px-3 py-2">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
              <span className="foreign font-medium">{plainLine(score.name, 100)}</span>
              <span className="foreign figures">{plainLine(valueText(score.value), 200)}</span>
              <span className="text-xs text-muted">
                by {sources[score.source] ?? score.source}, <Moment iso={score.createdAt} />
              </span>
            </div>
            {score.comment && (
              <LongText text={score.comment} foldAt={600} className="mt-1 text-muted" />
            )}
          </li>
        );
      })}
    </ul>
  );
}
