/** The address of a page or file of this site, wherever it is hosted: `withBase('runs/mlp/')`. */
export function withBase(path = '', base = import.meta.env.BASE_URL): string {
  return `${base.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}
