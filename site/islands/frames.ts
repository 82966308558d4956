import { cursor } from './cursor.ts';

/** One published grid: its epoch, its picture, and its picture in words. */
export interface Frame {
  readonly epoch: number;
  readonly url: string;
  readonly words: string;
}

/** The frames that the server wrote as a contact sheet, in order: the one source of what the page can show. */
export function readFrames(root: ParentNode = document): Frame[] {
  return [...root.querySelectorAll<HTMLAnchorElement>('a[data-epoch]')].map((link) => ({
    epoch: Number(link.dataset.epoch),
    url: link.href,
    words: link.querySelector('img')?.alt ?? '',
  }));
}

/** Pictures that were asked for, by address, so that each is fetched and decoded once. */
const pictures = new Map<string, Promise<void>>();

/** Settles when the picture can be shown without a flicker; one that fails is tried again when next asked for. */
export function loadPicture(url: string): Promise<void> {
  const known = pictures.get(url);
  if (known !== undefined) return known;
  const picture = new Image();
  picture.src = url;
  const loaded = picture.decode().catch(() => {
    pictures.delete(url);
  });
  pictures.set(url, loaded);
  return loaded;
}

/** Shows a frame once it is loaded; false, and nothing shown, when the cursor has gone on by then. */
export async function paint(image: HTMLImageElement, { epoch, url }: Frame): Promise<boolean> {
  await loadPicture(url);
  if (cursor.value !== epoch) return false;
  // The picture is in the cache: decoding it at once leaves no blank between two frames.
  image.decoding = 'sync';
  image.src = url;
  return true;
}
