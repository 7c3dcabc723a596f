import { Client, cacheExchange, fetchExchange } from 'urql';
import { expect, it, vi } from 'vitest';
import { ViewerDocument } from '@/gql/graphql';
import manifest from '@/gql/persisted-documents.json';
import { documentId, trustedDocuments } from './trusted-documents';

const viewer = { __typename: 'Viewer', user: null, organizations: { nodes: [] } };

function clientWith(answer: unknown) {
  const sent: Record<string, unknown>[] = [];
  const fetch = vi.fn(async (_url: unknown, init?: RequestInit) => {
    sent.push(JSON.parse(String(init?.body)));
    return new Response(JSON.stringify(answer), {
      headers: { 'content-type': 'application/json' },
    });
  });
  const client = new Client({
    url: 'http://treeline.test/graphql',
    preferGetMethod: false,
    fetch,
    exchanges: [cacheExchange, trustedDocuments, fetchExchange],
  });
  return { client, sent };
}

it('sends the id of a document and never its text', async () => {
  const { client, sent } = clientWith({ data: { viewer } });
  const result = await client.query(ViewerDocument, {}).toPromise();
  expect(result.data?.viewer.organizations.nodes).toEqual([]);
  expect(sent).toEqual([{ documentId: documentId(ViewerDocument), variables: {} }]);
  expect(Object.keys(manifest)).toContain(documentId(ViewerDocument));
});

it('gives the exchanges before it the document back, so that they can cache', async () => {
  const { client, sent } = clientWith({ data: { viewer } });
  const first = await client.query(ViewerDocument, {}).toPromise();
  expect(first.operation.query.definitions.length).toBeGreaterThan(0);
  await client.query(ViewerDocument, {}).toPromise();
  expect(sent).toHaveLength(1);
});

it('sends the text of a document that has no id', async () => {
  const { client, sent } = clientWith({ data: { viewer } });
  await client.query('{ viewer { user { id } } }', {}).toPromise();
  expect(sent[0]).toHaveProperty('query');
  expect(sent[0]).not.toHaveProperty('documentId');
});
