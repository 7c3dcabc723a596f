import type { DocumentNode } from 'graphql';
import { type Exchange, makeOperation, mapExchange, type Operation } from 'urql';

/** The id of a document in the manifest that the server was built with. */
export function documentId(document: DocumentNode): string | undefined {
  const meta = (document as { __meta__?: { hash?: unknown } }).__meta__;
  return typeof meta?.hash === 'string' ? meta.hash : undefined;
}

/**
 * Sends the id of a document instead of its text. The exchanges before see the
 * document itself; those behind, which send it, see nothing but the id.
 */
export const trustedDocuments: Exchange = mapExchange({
  onOperation(operation) {
    const id = documentId(operation.query);
    if (id === undefined) return operation;
    const query = { kind: 'Document', definitions: [], documentId: id };
    return withQuery(operation, query as unknown as DocumentNode, { document: operation.query });
  },
  onResult(result) {
    const document: DocumentNode | undefined = result.operation.context.document;
    if (!document) return result;
    return { ...result, operation: withQuery(result.operation, document) };
  },
});

function withQuery(operation: Operation, query: DocumentNode, context = {}): Operation {
  return makeOperation(
    operation.kind,
    { ...operation, query },
    { ...operation.context, ...context },
  );
}
