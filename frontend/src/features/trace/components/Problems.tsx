import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ObservationCommonFragment } from '@/gql/graphql';
import { plainLine } from '@/shared/format/plain-line';
import { LongText } from '@/ui/long-text';

/** What went wrong in an observation, and what had to be mended on its arrival. */
export function Problems({ observation }: { observation: ObservationCommonFragment }) {
  const { status, statusMessage, exception, warnings, level } = observation;
  const isFailed = status === 'ERROR' || level === 'ERROR';
  return (
    <>
      {(isFailed || exception) && (
        <div className="mb-4 rounded-md border border-l-4 border-line border-l-error bg-error-bg px-3 py-2">
          <p className="flex items-center gap-1.5 text-sm font-semibold text-error">
            <CircleAlert size={14} aria-hidden="true" />
            <span className="foreign">
              {plainLine(exception?.type ?? '', 200) || (isFailed ? 'Failed' : 'Error recorded')}
            </span>
          </p>
          {exception?.message && (
            <LongText text={exception.message} className="mt-1" foldAt={1200} />
          )}
          {statusMessage && statusMessage !== exception?.message && (
            <LongText text={statusMessage} className="mt-1" foldAt={1200} />
          )}
          {exception?.stacktrace && (
            <details className="mt-1.5">
              <summary className="text-sm font-medium">Stack trace</summary>
              <div
                tabIndex={0}
                role="region"
                aria-label="Stack trace"
                className="mt-1 max-h-96 overflow-auto rounded-md bg-bg p-2"
              >
                <LongText isMono text={exception.stacktrace} foldAt={6000} />
              </div>
            </details>
          )}
        </div>
      )}
      {!isFailed && !exception && statusMessage && (
        <div className="mb-4 rounded-md border border-line bg-surface px-3 py-2">
          <LongText text={statusMessage} foldAt={1200} />
        </div>
      )}
      {warnings.length > 0 && (
        <details className="mb-4 rounded-md border border-l-4 border-line border-l-warn bg-warn-bg px-3 py-2">
          <summary className="text-sm font-medium text-warn">
            <TriangleAlert size={14} aria-hidden="true" className="mr-1 inline" />
            {warnings.length === 1 ? '1 thing' : `${warnings.length} things`} mended on arrival
          </summary>
          <ul className="mt-1 list-disc pl-5 text-sm">
            {warnings.map((warning, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: warnings may be alike and never change their order.
              <li key={index} className="foreign">
                {plainLine(warning)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
