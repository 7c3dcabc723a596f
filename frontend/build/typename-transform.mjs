import { Kind, visit } from 'graphql';

const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * A codegen transform that asks for __typename wherever the cache needs it. The
 * cache would add it by itself, but only after the hash of the document was
 * taken, and the server runs the document of that hash.
 */
export function transform({ documents }) {
  return documents.map((file) => ({
    ...file,
    document: file.document && visit(file.document, { SelectionSet: withTypename }),
  }));
}

function withTypename(node, _key, parent) {
  if (parent?.kind === Kind.OPERATION_DEFINITION) return undefined;
  const isAsked = node.selections.some(
    (item) => item.kind === Kind.FIELD && item.name.value === '__typename' && !item.alias,
  );
  return isAsked ? undefined : { ...node, selections: [typename, ...node.selections] };
}
