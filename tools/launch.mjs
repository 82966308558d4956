// @ts-check
// Runs one of Inkling's commands from a bare clone: installs what is missing, picks a Node that runs
// TypeScript, starts the command. Plain JavaScript without dependencies, because it comes before them.
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runSteps } from './launcher/child.mjs';
import { commands, plan, trainingCommands } from './launcher/commands.mjs';
import { judgeFolder } from './launcher/folder.mjs';
import { ensureInstalled } from './launcher/install.mjs';
import { chooseNode, judgeMachine, oldestLauncherNode, thisMachine } from './launcher/node.mjs';
import { Problem, say } from './launcher/say.mjs';
import { rememberWhere } from './launcher/where.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string[]} argv the command and its flags
 * @returns {Promise<number>} the exit code
 */
async function launch([name, ...given]) {
  rememberWhere(root);
  // Other runners than npm pass the `--` on that ends their own flags.
  const flags = given[0] === '--' ? given.slice(1) : given;
  if (name === undefined) throw new Problem(`Name a command: ${Object.keys(commands).join(', ')}.`, 2);
  if (Number.parseInt(process.versions.node, 10) < oldestLauncherNode) {
    throw new Problem(`Inkling needs Node ${oldestLauncherNode} or newer; this is ${process.version}.`);
  }
  const steps = plan(name, flags);
  if (typeof steps === 'string') {
    console.log(steps);
    return 0;
  }
  const machine = thisMachine();
  judgeFolder(name, root);
  judgeMachine(name, trainingCommands.has(name), machine);
  await ensureInstalled(root);
  return await runSteps(steps, { root, node: chooseNode({ root, machine }) });
}

// A reader that went away or a full disk under the log ends nothing but the words.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error) || process.env.INKLING_DEBUG) throw error;
  say(error.message);
  process.exitCode = error instanceof Problem ? error.exitCode : 1;
}
