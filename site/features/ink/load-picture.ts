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
