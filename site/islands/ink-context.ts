/**
 * What draws on a canvas that is shown in the page's ink. Its pixels are kept in memory, not on the GPU: there
 * WebKit gives a canvas of 256 × 256 pixels and more a layer of its own, with which nothing that lies over it blends,
 * so that the veil of ink (styles/ink.css) covers it. Our canvases are written from memory, and read when they are
 * saved, so that nothing is lost by it.
 */
export function inkContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  return canvas.getContext('2d', { willReadFrequently: true });
}
