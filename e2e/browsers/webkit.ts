import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { makeHome, pressed, type Scheme, start, type Tab, viewport } from './tab.ts';

/** Starts the WebKit of GTK on a screen of its own, and drives it by WebDriver. */
export async function openWebkit(driver: string, scheme: Scheme): Promise<Tab> {
  const { home, remove } = makeHome();
  const { width, height } = viewport;
  const screen = `${width}x${height + 100}x24`;
  const display = start('Xvfb', ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp'], home);
  const port = await freePort();
  const program = start(driver, [`--port=${port}`], home, {
    DISPLAY: `:${await display.wrote(/^\d+$/m)}`,
    GDK_BACKEND: 'x11',
    GTK_THEME: scheme === 'dark' ? 'Adwaita:dark' : 'Adwaita',
    // Its sandbox does not start for root, nor in most containers; it opens nothing but our own pages.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  });
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: { error?: string; message?: string } };
    if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
    return value;
  };
  await listening(port);
  const options = { 'webkitgtk:browserOptions': { args: ['--automation'] } };
  const capabilities = { alwaysMatch: options };
  const { sessionId } = (await send('POST', '/session', { capabilities })) as { sessionId: string };
  const session = `/session/${sessionId}`;
  const evaluate = async (expression: string) =>
    (await send('POST', `${session}/execute/async`, {
      script: `${expression}.then(arguments[0])`,
      args: [],
    })) as string;
  await send('POST', `${session}/window/rect`, viewport);
  // The window has a bar that the page does not.
  const inner = Number(await evaluate('Promise.resolve(String(innerHeight))'));
  await send('POST', `${session}/window/rect`, { width, height: 2 * height - inner });
  return {
    evaluate,
    async open(url) {
      await send('POST', `${session}/url`, { url });
    },
    async press(key) {
      await send('POST', `${session}/actions`, { actions: pressed(key) });
    },
    async screenshot() {
      return Buffer.from(String(await send('GET', `${session}/screenshot`)), 'base64');
    },
    close() {
      program.end();
      display.end();
      remove();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Settles once something answers at a port: the driver does not say when it is ready. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answers = await fetch(`http://127.0.0.1:${port}/status`).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (tries === 200) throw new Error(`WebKitWebDriver does not answer at port ${port}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
