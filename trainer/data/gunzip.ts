import { constants, gunzipSync } from 'node:zlib';
import { InputError } from '../errors.ts';

/** Whether the bytes are gzip, whatever their file is called. */
export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Of gzip, enough for its own header and the first of what it holds, and at most 4 MB of that. */
const headBytes = 4096;

function damaged(error: unknown, file: string): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(`${file} is damaged gzip (${reason}); copy or download it again.`);
}

/**
 * The first bytes of what gzip holds.
 *
 * @throws InputError for damaged gzip
 */
export function gunzipHead(bytes: Uint8Array, file: string): Uint8Array {
  const { Z_FINISH, Z_SYNC_FLUSH } = constants;
  try {
    return gunzipSync(bytes.subarray(0, headBytes), {
      finishFlush: bytes.length > headBytes ? Z_SYNC_FLUSH : Z_FINISH,
    });
  } catch (error) {
    throw damaged(error, file);
  }
}

/**
 * What gzip holds, and never more memory than is promised: a few megabytes can be the gzip of gigabytes.
 *
 * @param promised bytes that it holds, by the first of them
 * @throws InputError for damaged gzip, and for more than was promised
 */
export function gunzip(
  bytes: Uint8Array,
  { file, promised }: { file: string; promised: number },
): Uint8Array {
  try {
    // One chunk that is not quite filled, so that the parts are not joined by a copy.
    const { buffer, byteOffset, length } = gunzipSync(bytes, {
      maxOutputLength: promised,
      chunkSize: promised + 64,
    });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new InputError(
        `${file} holds, unpacked, more than the ${promised} bytes that its header promises; copy or download it again.`,
      );
    throw damaged(error, file);
  }
}
