/** One published grid: its epoch, its picture, and its picture in words. */
export interface Frame {
  readonly epoch: number;
  readonly url: string;
  readonly words: string;
  readonly link: HTMLAnchorElement;
}

/** The frames that the server wrote as a contact sheet, in order. */
export function readFrames(root: ParentNode): Frame[] {
  return [...root.querySelectorAll<HTMLAnchorElement>('a[data-epoch]')].map((link) => {
    const { epoch } = link.dataset;
    return { epoch: Number(epoch), url: link.href, words: link.querySelector('img')?.alt ?? '', link };
  });
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
