import type { ServerResponse } from 'node:http';

/** Sends pieces as they come, one being read while the one before goes out; a piece must stay good until two more were asked for. */
export async function sendPieces(response: ServerResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let sent: Promise<void> = Promise.resolve();
  for await (const piece of pieces) {
    const before = sent;
    sent = sendPiece(response, piece);
    sent.catch(() => undefined);
    await before;
  }
  await sent;
}

/** Resolves when the memory may be used again. */
export function sendPiece(response: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) {
      reject(new Error('The client is gone'));
      return;
    }
    const onClose = (): void => {
      reject(new Error('The client is gone'));
    };
    response.once('close', onClose);
    response.write(piece, (error) => {
      response.off('close', onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}
