import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHome, pressed, type Scheme, start, type Tab, viewport } from './tab.ts';

type Send = (method: string, params: object) => Promise<unknown>;

/** Firefox's number for a scheme, in the preference that overrides the system's. */
const schemes = { dark: 0, light: 1 } as const satisfies Record<Scheme, number>;

/** Starts Firefox and drives it by WebDriver BiDi, which it speaks by itself. */
export async function openFirefox(path: string, scheme: Scheme): Promise<Tab> {
  const { home, remove } = makeHome();
  const preference = `user_pref("layout.css.prefers-color-scheme.content-override", ${schemes[scheme]});\n`;
  writeFileSync(join(home, 'user.js'), preference);
  const args = ['--headless', '--no-remote', '--profile', home, '--remote-debugging-port=0'];
  const program = start(path, args, home);
  const address = await program.wrote(/WebDriver BiDi listening on (ws:\/\/\S+)/);
  const send = await connect(`${address}/session`);
  await send('session.new', { capabilities: {} });
  const { contexts } = (await send('browsingContext.getTree', {})) as { contexts: [{ context: string }] };
  const { context } = contexts[0];
  await send('browsingContext.setViewport', { context, viewport });
  return {
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(expression) {
      const params = { target: { context }, expression, awaitPromise: true };
      const { result } = (await send('script.evaluate', params)) as { result: { value: string } };
      return result.value;
    },
    async press(key) {
      await send('input.performActions', { context, actions: pressed(key) });
    },
    async screenshot() {
      const { data } = (await send('browsingContext.captureScreenshot', { context })) as { data: string };
      return Buffer.from(data, 'base64');
    },
    close() {
      program.end();
      remove();
    },
  };
}

/** Opens a connection on which commands are numbered, and answered by their numbers. */
async function connect(url: string): Promise<Send> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, message } = JSON.parse(data);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`Firefox: ${error}: ${message}`));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox ended.'));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`Firefox does not answer at ${url}.`)));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++sent;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
