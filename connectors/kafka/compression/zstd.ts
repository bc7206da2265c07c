// Zstandard, by Node's own zlib.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Compression } from './compression.ts'

export const zstd: Compression = {
  name: 'zstd',
  id: 4,
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, most) => zstdDecompressSync(bytes, { maxOutputLength: most }),
}
