import { query } from '../island.ts';

/** Packs the files that the links inside lead to into one zip, in the browser. */
class ZipDownload extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.#button.addEventListener('click', () => void this.#download(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  get #button(): HTMLButtonElement {
    return query(this, 'button', HTMLButtonElement);
  }

  async #download(): Promise<void> {
    // A disabled button would lose the focus.
    if (this.#button.ariaDisabled === 'true') return;
    this.#button.ariaDisabled = 'true';
    this.#say('Packing…');
    try {
      save(await packFiles(this.#addresses), this.dataset.name ?? '');
      this.#say('Packed.');
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      this.#say(`The download failed: ${fault}. Try again, or take the files one by one.`);
    } finally {
      this.#button.ariaDisabled = 'false';
    }
  }

  get #addresses(): string[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('a[download]')].map(({ href }) => href);
  }

  #say(words: string): void {
    query(this, '[role=status]', HTMLElement).textContent = words;
  }
}

/** @throws naming the first file that cannot be had */
async function packFiles(addresses: readonly string[]): Promise<Blob> {
  const [{ downloadZip }, files] = await Promise.all([
    import('client-zip'),
    Promise.all(addresses.map(fetchFile)),
  ]);
  return await downloadZip(files).blob();
}

async function fetchFile(address: string): Promise<{ name: string; input: Blob }> {
  const name = new URL(address).pathname.split('/').at(-1) ?? '';
  const response = await fetch(address).catch(() => undefined);
  if (!response) throw new Error(`${name} could not be fetched`);
  if (!response.ok) throw new Error(`${name} could not be fetched (status ${response.status})`);
  return { name, input: await response.blob() };
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Some browsers begin to read only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

customElements.define('zip-download', ZipDownload);
