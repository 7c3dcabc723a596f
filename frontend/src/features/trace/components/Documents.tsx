import { type FragmentType, readFragment } from '@/gql';
import { DocumentCardFragmentDoc } from '@/gql/graphql';
import { formatNumber } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { JsonView } from '@/ui/json-view';
import { LongText } from '@/ui/long-text';
import { Section } from '@/ui/section';
import { relevanceShares } from '../model/relevance';

/** Documents, best first, each with a bar for its relevance. */
export function Documents({
  documents: refs,
  hasMore,
}: {
  documents: readonly FragmentType<typeof DocumentCardFragmentDoc>[];
  hasMore: boolean;
}) {
  const documents = readFragment(DocumentCardFragmentDoc, refs);
  const shares = relevanceShares(documents.map((document) => document.relevance));
  return (
    <Section title="Documents">
      {documents.length === 0 && <p className="text-sm text-muted">No document was found.</p>}
      <ol className="flex flex-col gap-2">
        {documents.map((document, index) => {
          const share = shares[index];
          return (
            <li key={document.rank} className="rounded-md border border-line bg-surface">
              <div className="flex min-w-0 items-center gap-3 px-3 pt-2">
                <span className="figures text-xs font-semibold text-muted">{document.rank}</span>
                <span className="foreign min-w-0 flex-1 truncate font-mono text-xs">
                  {plainLine(document.documentId ?? '', 200)}
                </span>
                {document.relevance !== null && (
                  <span className="flex shrink-0 items-center gap-2">
                    <span className="sr-only">Relevance</span>
                    <span
                      aria-hidden="true"
                      className="h-1.5 w-20 overflow-hidden rounded-full bg-raised"
                    >
                      <span
                        className="block h-full rounded-full bg-[var(--kind-retrieval)]"
                        style={{ width: `${(share ?? 0) * 100}%` }}
                      />
                    </span>
                    <span className="figures min-w-12 text-right text-sm">
                      {formatNumber(document.relevance)}
                    </span>
                  </span>
                )}
              </div>
              <div className="px-3 pt-1 pb-2">
                {document.content ? (
                  <LongText text={document.content} foldAt={500} />
                ) : (
                  <p className="text-sm text-muted">No text was sent.</p>
                )}
                {isFilled(document.metadata) && (
                  <details className="mt-1">
                    <summary className="text-xs text-muted">Metadata</summary>
                    <div className="mt-1">
                      <JsonView
                        value={document.metadata}
                        label={`Metadata of document ${document.rank}`}
                      />
                    </div>
                  </details>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {hasMore && (
        <p className="mt-2 text-sm text-muted">Only the first {documents.length} are shown.</p>
      )}
    </Section>
  );
}

/** Whether caller-defined data holds anything. */
export function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
