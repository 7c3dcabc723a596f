import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, mapExchange } from 'urql';
import { embeddedTypes, possibleTypes } from '@/gql/possible-types';
import { hasCode } from './errors';
import { trustedDocuments } from './trusted-documents';

/** Where the API answers; the page's base may carry a path prefix. */
function endpoint(): string {
  return new URL('graphql', document.baseURI).href;
}

/**
 * The client of one signed-in person. onSignedOut runs when an answer says
 * that the session is over; operations that deal with that themselves carry
 * handlesSignOut in their context.
 */
export function createApi(onSignedOut: () => void): Client {
  return new Client({
    url: endpoint(),
    // Reading by GET would put queries into logs of proxies.
    preferGetMethod: false,
    fetchOptions: {
      credentials: 'same-origin',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'x-treeline-request': '1',
      },
    },
    exchanges: [
      mapExchange({
        onResult(result) {
          if (
            hasCode(result.error, 'UNAUTHENTICATED') &&
            !result.operation.context.handlesSignOut
          ) {
            onSignedOut();
          }
        },
      }),
      cacheExchange({
        possibleTypes,
        keys: Object.fromEntries(embeddedTypes.map((name) => [name, () => null])),
        // Without a whole schema the cache looks for the fields of every fragment
        // in a node and warns, in development, of those that its type has not.
        logger: (severity, message) => {
          if (!message.startsWith('Invalid undefined')) console[severity](message);
        },
      }),
      // The development server may be ahead of the server that it calls.
      ...(import.meta.env.PROD ? [trustedDocuments] : []),
      fetchExchange,
    ],
  });
}
