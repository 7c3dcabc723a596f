/**
 * Writes a Brotli and a gzip twin beside every text file that the server
 * serves from /assets, so that it never compresses while answering.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const assets = new URL('../dist/assets/', import.meta.url).pathname;
const text = /\.(js|css|svg|json|txt|map)$/;
// Below this size the twin saves less than its headers cost.
const smallest = 1024;

for (const name of readdirSync(assets)) {
  if (!text.test(name)) continue;
  const path = join(assets, name);
  const raw = readFileSync(path);
  if (raw.length < smallest) continue;
  const br = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }));
}
