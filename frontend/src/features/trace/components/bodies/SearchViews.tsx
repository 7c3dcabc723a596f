import { type FragmentType, readFragment } from '@/gql';
import {
  EmbeddingBodyFragmentDoc,
  RerankingBodyFragmentDoc,
  RetrievalBodyFragmentDoc,
} from '@/gql/graphql';
import { formatCount, formatNumber } from '@/shared/format/number';
import { Facts, Section } from '@/ui/section';
import { Documents } from '../Documents';
import { PayloadSection, TextBox } from '../PayloadView';
import { UsageTable } from '../UsageTable';
import { ParametersSection } from './GenerationView';

const count = (value: number | null) => (value === null ? null : formatCount(value));
const number = (value: number | null) => (value === null ? null : formatNumber(value));

function Query({ query }: { query: string | null }) {
  return query ? (
    <Section title="Query">
      <TextBox text={query} label="Query" />
    </Section>
  ) : null;
}

/** A search for documents. */
export function RetrievalView({ body }: { body: FragmentType<typeof RetrievalBodyFragmentDoc> }) {
  const retrieval = readFragment(RetrievalBodyFragmentDoc, body);
  return (
    <>
      <Query query={retrieval.query} />
      <Section title="Search">
        <Facts
          items={[
            ['Source', retrieval.source],
            ['Asked for', count(retrieval.topK)],
            ['Found', formatCount(retrieval.documentCount)],
            ['Best relevance', number(retrieval.topRelevance)],
            ['Mean relevance', number(retrieval.meanRelevance)],
          ]}
        />
      </Section>
      <Documents
        documents={retrieval.documents.nodes}
        hasMore={retrieval.documents.pageInfo.hasNextPage}
      />
    </>
  );
}

/** A reordering of documents. */
export function RerankingView({ body }: { body: FragmentType<typeof RerankingBodyFragmentDoc> }) {
  const reranking = readFragment(RerankingBodyFragmentDoc, body);
  return (
    <>
      <Query query={reranking.query} />
      <Section title="Reranking">
        <Facts
          items={[
            ['Model', reranking.model],
            ['Provider', reranking.provider],
            ['Documents in', count(reranking.inputCount)],
            ['Asked for', count(reranking.topK)],
          ]}
        />
      </Section>
      <Documents
        documents={reranking.documents.nodes}
        hasMore={reranking.documents.pageInfo.hasNextPage}
      />
      <UsageTable usage={reranking.usage} cost={reranking.cost} />
    </>
  );
}

/** A turning of texts into vectors. */
export function EmbeddingView({ body }: { body: FragmentType<typeof EmbeddingBodyFragmentDoc> }) {
  const embedding = readFragment(EmbeddingBodyFragmentDoc, body);
  return (
    <>
      <Section title="Embedding">
        <Facts
          items={[
            ['Model', embedding.model],
            ['Provider', embedding.provider],
            ['Texts in', count(embedding.inputCount)],
            ['Vector length', count(embedding.dimensions)],
          ]}
        />
      </Section>
      <PayloadSection title="Input" payload={embedding.input} />
      <UsageTable usage={embedding.usage} cost={embedding.cost} />
      <ParametersSection parameters={embedding.parameters} />
    </>
  );
}
