import { isAbstractType, isObjectType } from 'graphql';

/**
 * A codegen plugin that writes what the cache must know of the schema: which
 * object types stand behind each interface and union, so that fragments match,
 * and which types have no id, so that they live inside of their owner. The app
 * ships these few lines instead of an introspection result.
 */
export function plugin(schema) {
  const possible = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) {
      possible[type.name] = schema
        .getPossibleTypes(type)
        .map((member) => member.name)
        .sort();
    }
  }
  const names = Object.keys(possible).sort();
  const lines = names.map((name) => {
    const members = possible[name].map((member) => `    '${member}',`).join('\n');
    return `  ${name}: [\n${members}\n  ],`;
  });
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map(
      (type) => type?.name,
    ),
  );
  const embedded = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !roots.has(type.name))
    .filter((type) => !('id' in type.getFields()))
    .map((type) => type.name)
    .sort();
  return `/** Object types behind each interface and union of the schema. */
export const possibleTypes: Record<string, string[]> = {
${lines.join('\n')}
};

/** Object types without an id. */
export const embeddedTypes = [
${embedded.map((name) => `  '${name}',`).join('\n')}
];
`;
}
