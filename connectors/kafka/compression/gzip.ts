// gzip, by Node's own zlib.
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Compression } from './compression.ts'

export const gzip: Compression = {
  name: 'gzip',
  id: 1,
  compress: (bytes) => gzipSync(bytes),
  decompress: (bytes, most) => gunzipSync(bytes, { maxOutputLength: most }),
}
